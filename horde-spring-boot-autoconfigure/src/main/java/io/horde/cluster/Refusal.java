package io.horde.cluster;

import org.jspecify.annotations.Nullable;

/**
 * Why a node is refused. The code stands at the end of the sentence that the transport
 * carries to the refused node, so that both people and programs understand it.
 */
enum Refusal {

	/**
	 * The hello can't be read.
	 */
	MALFORMED("malformed-hello"),

	/**
	 * The node has dialled itself.
	 */
	SELF("self"),

	/**
	 * Another cluster name.
	 */
	CLUSTER_NAME("cluster-name"),

	/**
	 * No common protocol version.
	 */
	PROTOCOL("protocol"),

	/**
	 * The wall clocks are too far apart (R7).
	 */
	CLOCK("clock"),

	/**
	 * It is not yet known whether the former incarnation is alive (M5).
	 */
	WAIT("wait"),

	/**
	 * The name belongs to a living member (M5).
	 */
	DUPLICATE("duplicate-node-name"),

	/**
	 * A newer incarnation has taken its place (M5).
	 */
	REPLACED("replaced"),

	/**
	 * It was declared gone for good (R6).
	 */
	FORGOTTEN("forgotten");

	private final String code;

	Refusal(String code) {
		this.code = code;
	}

	String code() {
		return this.code;
	}

	String sentence(String sentence) {
		return sentence + " (" + this.code + ")";
	}

	/* Whether the refused node must not go on, rather than try again. */
	boolean isFinal() {
		return this == DUPLICATE || this == REPLACED || this == FORGOTTEN;
	}

	static @Nullable Refusal in(String sentence) {
		for (Refusal refusal : values()) {
			if (sentence.contains("(" + refusal.code + ")")) {
				return refusal;
			}
		}
		return null;
	}

}
