package io.horde.hazelcast.gate;

import java.security.GeneralSecurityException;

import org.jspecify.annotations.Nullable;

/**
 * What this node brings to every connection.
 *
 * @param own who this node is
 * @param engines makes TLS engines, {@code null} if links are open
 * @param secrets the secrets to be proved, {@code null} if there are none, or
 * certificates take their place
 */
record Credentials(Identity own, @Nullable TlsEngines engines, @Nullable SharedSecrets secrets) {

	/**
	 * Make what a way of securing links asks for. Takes some tenths of a second with a
	 * secret.
	 * @param own who this node is
	 * @param security how links are secured
	 * @return the credentials
	 * @throws GeneralSecurityException if the JDK lacks an algorithm
	 */
	static Credentials of(Identity own, LinkSecurity security) throws GeneralSecurityException {
		String secret = security.secret();
		Certificates certificates = security.certificates();
		if (certificates != null) {
			return new Credentials(own, TlsEngines.of(certificates), null);
		}
		if (secret != null) {
			return new Credentials(own, TlsEngines.selfSigned(),
					new SharedSecrets(own.cluster(), secret, security.previousSecret()));
		}
		return new Credentials(own, null, null);
	}

	boolean isOpen() {
		return this.engines == null;
	}

	/**
	 * Judge what a peer says of itself.
	 * @param peer who the peer says it is
	 * @throws GateException if it has no business here
	 */
	void check(Identity peer) throws GateException {
		if (!peer.cluster().equals(this.own.cluster())) {
			throw new GateException(GateRefusal.CLUSTER, "Another cluster name");
		}
	}

}
