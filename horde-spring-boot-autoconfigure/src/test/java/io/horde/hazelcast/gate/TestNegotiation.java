package io.horde.hazelcast.gate;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Both ends of a connection, and the wire between them.
 */
record TestNegotiation(Negotiation initiator, Negotiation acceptor) {

	/** To stretch a secret and to make a key take their time. */
	private static final Map<List<String>, SharedSecrets> SECRETS = new ConcurrentHashMap<>();

	private static final Map<Identity, TlsEngines> ENGINES = new ConcurrentHashMap<>();

	private static final int RECORD_HEAD = 5;

	static TestNegotiation of(LinkSecurity initiator, LinkSecurity acceptor) throws GeneralSecurityException {
		return of(credentials("initiator", "test", initiator), credentials("acceptor", "test", acceptor));
	}

	static TestNegotiation of(Credentials initiator, Credentials acceptor) {
		return new TestNegotiation(new Negotiation(Role.INITIATOR, initiator),
				new Negotiation(Role.ACCEPTOR, acceptor));
	}

	static Credentials credentials(String name, String cluster, LinkSecurity security) throws GeneralSecurityException {
		Identity own = identity(name, cluster);
		if (security.secret() == null) {
			return Credentials.of(own, security);
		}
		List<String> key = Arrays.asList(cluster, security.secret(), security.previousSecret());
		if (!SECRETS.containsKey(key)) {
			SECRETS.put(key, new SharedSecrets(cluster, security.secret(), security.previousSecret()));
		}
		if (!ENGINES.containsKey(own)) {
			ENGINES.put(own, TlsEngines.selfSigned());
		}
		return new Credentials(own, ENGINES.get(own), SECRETS.get(key));
	}

	static Identity identity(String name, String cluster) {
		return new Identity(UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)), name + ":7420", cluster);
	}

	/**
	 * Give bytes to an end, and let it go as far as it can.
	 */
	static void receive(Negotiation to, byte[] bytes) {
		to.receive(ByteBuffer.wrap(bytes));
		to.advance();
		while (to.state() == Negotiation.State.WORKING) {
			to.work();
			to.worked();
			to.advance();
		}
	}

	/**
	 * Take all that an end has to say.
	 */
	static byte[] said(Negotiation by) {
		ByteArrayOutputStream said = new ByteArrayOutputStream();
		ByteBuffer bytes = by.output();
		while (bytes != null) {
			byte[] part = new byte[bytes.remaining()];
			bytes.get(part);
			said.writeBytes(part);
			bytes = by.output();
		}
		return said.toByteArray();
	}

	/**
	 * Let both talk until both are silent.
	 */
	void talk() {
		talk((sender, number, record) -> record);
	}

	/**
	 * Let both talk until both are silent.
	 * @param wire does something to the records on their way
	 */
	void talk(Wire wire) {
		Map<Role, Integer> numbers = new EnumMap<>(Map.of(Role.INITIATOR, 0, Role.ACCEPTOR, 0));
		boolean said = true;
		while (said) {
			said = pass(Role.INITIATOR, numbers, wire);
			said |= pass(Role.ACCEPTOR, numbers, wire);
		}
	}

	private boolean pass(Role sender, Map<Role, Integer> numbers, Wire wire) {
		byte[] said = said((sender == Role.INITIATOR) ? this.initiator : this.acceptor);
		ByteArrayOutputStream arrived = new ByteArrayOutputStream();
		int start = 0;
		while (start < said.length) {
			int end = Math.min(said.length, start + length(said, start));
			int number = numbers.merge(sender, 1, Integer::sum) - 1;
			arrived.writeBytes(wire.pass(sender, number, Arrays.copyOfRange(said, start, end)));
			start = end;
		}
		receive((sender == Role.INITIATOR) ? this.acceptor : this.initiator, arrived.toByteArray());
		return said.length > 0;
	}

	/* Messages in clear are passed on as they are. */
	private static int length(byte[] bytes, int start) {
		boolean tls = bytes[start] >= 20 && bytes[start] <= 23;
		return tls ? RECORD_HEAD + (((bytes[start + 3] & 0xff) << 8) | (bytes[start + 4] & 0xff)) : bytes.length;
	}

	boolean isProved() {
		return this.initiator.state() == Negotiation.State.PROVED && this.acceptor.state() == Negotiation.State.PROVED;
	}

	/**
	 * Sees all records on their way.
	 */
	@FunctionalInterface
	interface Wire {

		/**
		 * Let a record pass.
		 * @param sender whose it is
		 * @param number how many of the same sender came before
		 * @param record the record
		 * @return what arrives
		 */
		byte[] pass(Role sender, int number, byte[] record);

	}

}
