package io.horde.hazelcast.gate;

import java.nio.ByteBuffer;
import java.util.UUID;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Both ends of a connection, without sockets.
 */
class NegotiationTests {

	private static final String SECRET = "a secret of enough characters";

	@Test
	void bothEndsAreProvedByTheSameSecret() throws Exception {
		Pair pair = pair(LinkSecurity.secret(SECRET, null), LinkSecurity.secret(SECRET, null));
		pair.talk();
		assertThat(pair.initiator.state()).isEqualTo(Negotiation.State.PROVED);
		assertThat(pair.acceptor.state()).isEqualTo(Negotiation.State.PROVED);
		assertThat(pair.initiator.peer()).isEqualTo(identity("acceptor"));
		assertThat(pair.acceptor.peer()).isEqualTo(identity("initiator"));
	}

	private static Pair pair(LinkSecurity initiator, LinkSecurity acceptor) throws Exception {
		return new Pair(Credentials.of(identity("initiator"), initiator),
				Credentials.of(identity("acceptor"), acceptor));
	}

	private static Identity identity(String name) {
		return new Identity(UUID.nameUUIDFromBytes(name.getBytes()), name + ":7420", "test");
	}

	private static final class Pair {

		private final Negotiation initiator;

		private final Negotiation acceptor;

		Pair(Credentials initiator, Credentials acceptor) {
			this.initiator = new Negotiation(Role.INITIATOR, initiator);
			this.acceptor = new Negotiation(Role.ACCEPTOR, acceptor);
		}

		void talk() {
			boolean said = true;
			while (said) {
				said = pass(this.initiator, this.acceptor);
				said |= pass(this.acceptor, this.initiator);
			}
		}

		private static boolean pass(Negotiation from, Negotiation to) {
			boolean said = false;
			ByteBuffer bytes = from.output();
			while (bytes != null) {
				said = true;
				to.receive(bytes);
				to.advance();
				while (to.state() == Negotiation.State.WORKING) {
					to.work();
					to.worked();
					to.advance();
				}
				bytes = from.output();
			}
			return said;
		}

	}

}
