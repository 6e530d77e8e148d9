package io.horde.hazelcast.gate;

import org.jspecify.annotations.Nullable;

/**
 * Why a connection was closed at the gate. Only the code travels, never a sentence, and
 * whoever receives one has merely not got in (G3).
 */
public enum GateRefusal {

	/**
	 * What came is not the gate's protocol.
	 */
	NOT_HORDE(1, "what came is not the protocol of a node"),

	/**
	 * The versions of the gate's protocol have nothing in common.
	 */
	VERSION(2, "the versions of the protocol have nothing in common"),

	/**
	 * Another cluster name.
	 */
	CLUSTER(3, "the dialler belongs to another cluster (horde.cluster.name)"),

	/**
	 * Only one end has a secret or certificates.
	 */
	ONE_SIDED(4, "only one end has a secret or certificates (horde.transport.secret, horde.transport.ssl.bundle)"),

	/**
	 * The secrets differ.
	 */
	SECRET(5, "the secrets differ (horde.transport.secret)"),

	/**
	 * A certificate that is not trusted, or expired.
	 */
	CERTIFICATE(6, "a certificate is not trusted or not valid now (horde.transport.ssl.bundle)"),

	/**
	 * The encrypted connection could not be established for another reason.
	 */
	TLS(7, "no encrypted connection came about (TLS 1.3 with certificates on both ends)"),

	/**
	 * The proof did not come in time.
	 */
	TOO_SLOW(8, "no proof came in time"),

	/**
	 * There were too many unproved connections, in all or from this source.
	 */
	TOO_MANY(9, "too many connections waited for a proof"),

	/**
	 * A message that no link sends, or one that is too large.
	 */
	FORBIDDEN_MESSAGE(10, "a message came that no node sends"),

	/**
	 * The peer has hung up in the middle of the handshake. Nodes do so that dial each
	 * other at the same moment, or that stop.
	 */
	HUNG_UP(11, "the peer hung up before its proof");

	private final int code;

	private final String explanation;

	GateRefusal(int code, String explanation) {
		this.code = code;
		this.explanation = explanation;
	}

	int code() {
		return this.code;
	}

	/**
	 * Tell people why.
	 * @return half a sentence, to follow "because"
	 */
	public String explanation() {
		return this.explanation;
	}

	static @Nullable GateRefusal of(int code) {
		for (GateRefusal refusal : values()) {
			if (refusal.code == code) {
				return refusal;
			}
		}
		return null;
	}

}
