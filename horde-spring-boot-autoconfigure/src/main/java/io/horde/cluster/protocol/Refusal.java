package io.horde.cluster.protocol;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Why a node is refused. The code stands at the end of the sentence that the transport
 * carries to the refused node, so that both people and programs understand it.
 */
public enum Refusal {

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
	 * Its incarnation is not above that of a former start, which is gone (M5).
	 */
	BEHIND("behind"),

	/**
	 * It was declared gone for good (R6).
	 */
	FORGOTTEN("forgotten");

	/** The incarnation of the former start. */
	private static final Pattern INCARNATION = Pattern.compile("incarnation ([0-9]{1,18}) .*\\(behind\\)");

	private final String code;

	Refusal(String code) {
		this.code = code;
	}

	String code() {
		return this.code;
	}

	public String sentence(String sentence) {
		return sentence + " (" + this.code + ")";
	}

	/* Whether the refused node must not go on, rather than try again. */
	public boolean isFinal() {
		return this == DUPLICATE || this == REPLACED || this == BEHIND || this == FORGOTTEN;
	}

	/* What incarnationIn reads. */
	public static String startedBefore(String who, long incarnation) {
		return who + " was started before as incarnation " + incarnation
				+ " when its wall clock was ahead of what it is now";
	}

	/* What the next incarnation has to exceed, as far as the sentence tells. */
	public static long incarnationIn(String sentence) {
		Matcher matcher = INCARNATION.matcher(sentence);
		return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
	}

	public static @Nullable Refusal in(String sentence) {
		for (Refusal refusal : values()) {
			if (sentence.contains("(" + refusal.code + ")")) {
				return refusal;
			}
		}
		return null;
	}

}
