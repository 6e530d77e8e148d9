package io.horde.hazelcast.gate;

import org.jspecify.annotations.Nullable;

/**
 * How the two ends of a connection prove who they are: by certificates, else by a secret,
 * else not at all.
 *
 * @param secret the secret of the cluster, {@code null} for none
 * @param previousSecret a second secret that is accepted while secrets are changed
 * @param certificates certificates, which make secrets superfluous; {@code null} for none
 */
public record LinkSecurity(@Nullable String secret, @Nullable String previousSecret,
		@Nullable Certificates certificates) {

	/**
	 * Nobody proves anything.
	 */
	public static final LinkSecurity OPEN = new LinkSecurity(null, null, null);

	/**
	 * Both ends prove that they know a secret.
	 * @param secret the secret
	 * @param previous a second one that is accepted too, {@code null} for none
	 * @return how links are secured
	 */
	public static LinkSecurity secret(String secret, @Nullable String previous) {
		return new LinkSecurity(secret, previous, null);
	}

	/**
	 * Both ends have certificates.
	 * @param certificates the certificates
	 * @return how links are secured
	 */
	public static LinkSecurity certificates(Certificates certificates) {
		return new LinkSecurity(null, null, certificates);
	}

	/**
	 * Tell whether nobody proves anything.
	 * @return {@code true} if neither a secret nor a certificate is asked for
	 */
	public boolean isOpen() {
		return this.secret == null && this.certificates == null;
	}

	@Override
	public String toString() {
		return (this.certificates != null) ? "certificates" : (this.secret != null) ? "secret" : "open";
	}

}
