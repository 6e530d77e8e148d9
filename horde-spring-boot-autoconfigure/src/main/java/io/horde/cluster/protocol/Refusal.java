package io.horde.cluster.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Why a node is refused. Only the code travels; the name is for people.
 */
public enum Refusal {

	/**
	 * The hello can't be read.
	 */
	MALFORMED(1, "malformed-hello"),

	/**
	 * The node has dialled itself.
	 */
	SELF(2, "self"),

	/**
	 * Another cluster name.
	 */
	CLUSTER_NAME(3, "cluster-name"),

	/**
	 * No common protocol version.
	 */
	PROTOCOL(4, "protocol"),

	/**
	 * The wall clocks are too far apart (R7).
	 */
	CLOCK(5, "clock"),

	/**
	 * It is not yet known whether the former incarnation is alive (M5).
	 */
	WAIT(6, "wait"),

	/**
	 * The name belongs to a living member (M5).
	 */
	DUPLICATE(7, "duplicate-node-name"),

	/**
	 * A newer incarnation has taken its place (M5).
	 */
	REPLACED(8, "replaced"),

	/**
	 * Its incarnation is not above that of a former start, which is gone (M5).
	 */
	BEHIND(9, "behind"),

	/**
	 * It was declared gone for good (R6).
	 */
	FORGOTTEN(10, "forgotten");

	private final int code;

	private final String name;

	Refusal(int code, String name) {
		this.code = code;
		this.name = name;
	}

	/**
	 * Return the number that stands for it in packets and frames.
	 */
	public int code() {
		return this.code;
	}

	/**
	 * Find the refusal that a number stands for.
	 * @return {@code null} if the number is of a later protocol
	 */
	public static @Nullable Refusal of(int code) {
		for (Refusal refusal : values()) {
			if (refusal.code == code) {
				return refusal;
			}
		}
		return null;
	}

	/* Whether the refused node must not go on, rather than try again. */
	public boolean isFinal() {
		return this == DUPLICATE || this == REPLACED || this == BEHIND || this == FORGOTTEN;
	}

	@Override
	public String toString() {
		return this.name;
	}

}
