package io.horde.registry.names;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

import io.horde.crdt.Dot;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import io.horde.payload.codec.CborPayloadCodec;
import io.horde.registry.ConflictResolver;
import io.horde.registry.names.ConflictRules.Decision;
import io.horde.wire.Payloads;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ConflictRules}: what a node does about a name, as a table.
 */
class ConflictRulesTests {

	private static final ConflictResolver FIRST_WRITE_WINS = (earlier, later) -> earlier;

	private final ConflictRules rules = rules(ConflictResolver.lastWriteWins());

	@Test
	void anUndisputedClaimIsKept() {
		assertThat(this.rules.decide(claim("a", "p", 1, 10), true, List.of())).isInstanceOf(Decision.Keep.class);
	}

	@Test
	void aClaimThatVanishedIsWrittenAgain() {
		assertThat(this.rules.decide(claim("a", "p", 1, 10), false, List.of())).isEqualTo(new Decision.Assert(0));
	}

	@Test
	void theLaterOfTwoConcurrentClaimsWritesTheVerdict() {
		assertThat(this.rules.decide(claim("a", "p", 1, 20), true, List.of(claim("b", "q", 1, 10))))
			.isEqualTo(new Decision.Assert(1));
	}

	@Test
	void theEarlierWaitsForTheVerdict() {
		assertThat(this.rules.decide(claim("a", "p", 1, 10), true, List.of(claim("b", "q", 1, 20))))
			.isInstanceOf(Decision.Keep.class);
	}

	@Test
	void theEarlierHasLostOnceTheVerdictIsWritten() {
		Versioned<NameRegistration> winner = claim("b", "q", 1, 20);
		assertThat(this.rules.decide(claim("a", "p", 1, 10), false, List.of(winner)))
			.isEqualTo(new Decision.Lose(winner));
	}

	@Test
	void aClaimThatWasOverwrittenWhileHiddenIsAssertedIfItWins() {
		assertThat(rules(FIRST_WRITE_WINS).decide(claim("a", "p", 1, 10), false, List.of(claim("b", "q", 1, 20))))
			.isEqualTo(new Decision.Assert(1));
	}

	@Test
	void betweenEqualStampsTheGreaterNodeWins() {
		assertThat(this.rules.winner(List.of(claim("b", "q", 1, 10), claim("a", "p", 1, 10))))
			.isEqualTo(claim("b", "q", 1, 10));
	}

	@Test
	void betweenRunsOfOneChildTheHigherEpochWinsWhateverTheResolverSays() {
		Versioned<NameRegistration> old = claim("a", "p", 1, 20);
		Versioned<NameRegistration> young = claim("b", "p", 2, 10);
		assertThat(rules(FIRST_WRITE_WINS).winner(List.of(old, young))).isSameAs(young);
		assertThat(this.rules.winner(List.of(old, young))).isSameAs(young);
	}

	@Test
	void betweenRunsOfOneChildWithEqualEpochsTheLowerReplicaLoses() {
		assertThat(this.rules.winner(List.of(claim("b", "p", 2, 10), claim("a", "p", 2, 10))).dot().replica().node())
			.isEqualTo("b");
	}

	@Test
	void theLowerEpochOfOneChildYieldsAndIsNotToldSinceItsSupervisorDecides() {
		assertThat(this.rules.decide(claim("a", "p", 1, 20), false, List.of(claim("b", "p", 2, 10))))
			.isInstanceOf(Decision.Yield.class);
	}

	@Test
	void claimsOfNodesThemselvesAreNeverOfOneChild() {
		Versioned<NameRegistration> first = claim("a", null, 0, 10);
		Versioned<NameRegistration> second = claim("b", null, 0, 20);
		assertThat(this.rules.decide(first, false, List.of(second))).isEqualTo(new Decision.Lose(second));
	}

	@Test
	void theWinnerOfManyDoesNotDependOnTheOrderInWhichTheyAreSeen() {
		ConflictRules whimsical = rules(
				(earlier, later) -> (earlier.entry().node().hashCode() + later.entry().node().hashCode()) % 2 == 0
						? earlier : later);
		List<Versioned<NameRegistration>> claims = new ArrayList<>();
		for (int i = 0; i < 6; i++) {
			claims.add(claim("n" + i, (i % 2 == 0) ? "p" : "q" + i, i, 10 + (i * 7) % 5));
		}
		Versioned<NameRegistration> winner = whimsical.winner(claims);
		Random random = new Random(1);
		for (int i = 0; i < 50; i++) {
			Collections.shuffle(claims, random);
			assertThat(whimsical.winner(claims)).isSameAs(winner);
		}
	}

	@Test
	void aResolverThatContradictsItselfIsNotAskedForEver() {
		ConflictRules selfish = rules((earlier, later) -> earlier.entry().node().equals("a") ? earlier : later);
		Versioned<NameRegistration> disputed = claim("b", "q", 1, 20, ConflictRules.DISPUTES);
		assertThat(selfish.decide(claim("a", "p", 1, 10), false, List.of(disputed)))
			.isEqualTo(new Decision.Lose(disputed));
	}

	@Test
	void aResolverThatThrowsLetsTheLastWriteWin() {
		ConflictRules broken = rules((earlier, later) -> {
			throw new IllegalStateException("broken");
		});
		assertThat(broken.winner(List.of(claim("a", "p", 1, 10), claim("b", "q", 1, 20))).value().processId())
			.isEqualTo("q");
	}

	@Test
	void anAssertionCountsFromItsRivalsSoThatALongLifeDoesNotUseTheDisputesUp() {
		Versioned<NameRegistration> veteran = claim("a", "p", 1, 10, 5);
		assertThat(rules(FIRST_WRITE_WINS).decide(veteran, false, List.of(claim("b", "q", 1, 20))))
			.isEqualTo(new Decision.Assert(1));
	}

	private static ConflictRules rules(ConflictResolver resolver) {
		return new ConflictRules(resolver, new Payloads(new CborPayloadCodec(), 1024));
	}

	private static Versioned<NameRegistration> claim(String node, @Nullable String process, long epoch, long stamp) {
		return claim(node, process, epoch, stamp, 0);
	}

	private static Versioned<NameRegistration> claim(String node, @Nullable String process, long epoch, long stamp,
			int disputes) {
		return new TestClaim(node, process, epoch, stamp, disputes).versioned();
	}

	/**
	 * Makes equal parameters into the same claim, since claims have no equality.
	 */
	private record TestClaim(String node, @Nullable String process, long epoch, long stamp, int disputes) {

		private static final java.util.Map<TestClaim, Versioned<NameRegistration>> made = new java.util.HashMap<>();

		Versioned<NameRegistration> versioned() {
			return made.computeIfAbsent(this,
					(key) -> new Versioned<>("x",
							new NameRegistration(key.process, key.epoch, key.stamp, key.disputes, null, null),
							key.stamp, new Dot(new ReplicaId(key.node, 1), key.stamp)));
		}

	}

}
