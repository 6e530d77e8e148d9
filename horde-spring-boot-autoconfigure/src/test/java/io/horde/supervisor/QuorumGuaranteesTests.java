package io.horde.supervisor;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.horde.cluster.QuorumNotMetException;
import io.horde.node.Changed;
import io.horde.registry.CallTimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The table of guarantees in {@code docs/architecture.md}: children that have one owner
 * at most, whatever happens (quorum).
 */
class QuorumGuaranteesTests extends SharedGuarantees {

	@BeforeEach
	void beginAtRest() {
		this.cluster.settings((settings) -> settings.with(Changed.of(settings.membership(), "seats", 3))
			.with(Changed.of(settings.supervisor(), "distribution", "quorum")));
		begin();
	}

	@Nested
	class InTheMinority {

		@BeforeEach
		void cutOff() {
			part();
			pass(15);
		}

		@Test
		void startWaitsAndHappensOnceAfterTheHeal() {
			CompletableFuture<StartResult> start = start("n3", "new");
			pass(5);
			assertThat(owners("new")).isEmpty();
			assertThat(start).isNotCompletedExceptionally().isNotDone();
			heal();
			awaitRest(14);
			assertThat(get(start).failure()).isNull();
		}

		@Test
		void terminationFailsAndChangesNothing() {
			CompletableFuture<Boolean> termination = terminate("n3", "room-1");
			assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> get(termination))
				.withCauseInstanceOf(QuorumNotMetException.class);
			heal();
			awaitRest();
		}

		@Test
		void nothingHasAnOwnerHere() {
			assertThat(places().values()).allSatisfy((nodes) -> assertThat(nodes).doesNotContain("n3"));
		}

		@Test
		void namesResolveToNobody() {
			assertThat(resolve("n3", "room-1")).isEqualTo("nobody");
		}

		@Test
		void callWaitsForAnOwnerUntilItsDeadline() {
			assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> get(call("n3", "room-1")))
				.withCauseInstanceOf(CallTimeoutException.class)
				.withMessageContaining("it has not begun to run");
		}

		@Test
		void noTokenIsGiven() {
			start("n3", "new");
			pass(5);
			assertThat(token("new", List.of("n3"))).isZero();
			heal();
			awaitRest(14);
			assertThat(token("new", ALL)).isPositive();
		}

		@Test
		void noTickBegins() {
			long from = millis();
			pass(10);
			assertThat(ticks.keySet())
				.allSatisfy((id) -> assertThat(ticked(id, List.of("n3"), from, millis())).isEmpty());
			heal();
			awaitRest();
			pass(10);
			assertNoTickTwice();
		}

	}

	@Nested
	class InTheMajority extends WithAVictim {

		@BeforeEach
		void cutTheOtherOff() {
			part();
			pass(15);
		}

		@Test
		void startIsAcknowledgedAndHappensOnce() {
			assertThat(get(start("n1", "new")).created()).isTrue();
			assertThat(owners("new")).hasSize(1);
			heal();
			awaitRest(14);
		}

		@Test
		void terminatedChildIsGoneForGood() {
			assertThat(get(terminate("n1", this.child))).isTrue();
			assertThat(owners(this.child)).isEmpty();
			heal();
			awaitRest(12);
		}

		@Test
		void childrenOfTheOtherSideHaveOneOwnerHere() {
			assertThat(owners(this.child)).hasSize(1).doesNotContain("n3");
			heal();
			awaitRest();
		}

		@Test
		void nameResolvesToTheOwner() {
			MAJORITY.forEach((node) -> assertThat(List.of(resolve(node, this.child))).isEqualTo(owners(this.child)));
		}

		@Test
		void callReachesTheOwner() {
			assertThat(get(call("n1", this.child))).isEqualTo(token(this.child, MAJORITY));
		}

		@Test
		void tokenGrows() {
			assertThat(token(this.child, MAJORITY)).isGreaterThan(this.before);
		}

		@Test
		void tickBeginsOnce() {
			long from = millis();
			pass(6);
			assertThat(ticked(this.child, MAJORITY, from, millis() - 1000)).isEqualTo(instants(from, millis() - 1000));
			heal();
			awaitRest();
			pass(10);
			assertNoTickTwice();
		}

	}

	@Nested
	class PausedNode extends WhilePaused {

		@Test
		void itIsNoOwnerWhenItWakesAndItsChildrenHaveOneElsewhere() {
			assertThat(owners(this.child)).hasSize(1).doesNotContain("n3");
			resume();
			assertThat(owners(this.child)).hasSize(1).doesNotContain("n3");
			awaitRest();
		}

	}

}
