package io.horde.supervisor;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.horde.registry.CallOutcomeUnknownException;
import io.horde.registry.ProcessNotFoundException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The part of the table of guarantees in {@code docs/architecture.md} that is the same
 * for children of both kinds.
 */
abstract class SharedGuarantees extends GuaranteeFixture {

	@Nested
	class Healthy {

		@Test
		void startIsAcknowledgedWhenTwoHoldItAndHappensOnce() {
			CompletableFuture<StartResult> start = start("n1", "new");
			CompletableFuture<StartResult> again = start("n2", "new");
			await("the start is acknowledged", start::isDone);
			assertThat(holders("new")).isGreaterThanOrEqualTo(2);
			StartResult second = get(again);
			pass(2);
			assertThat(owners("new")).hasSize(1).containsExactly(second.process().node());
		}

		@Test
		void terminatedChildIsGoneForGood() {
			assertThat(get(terminate("n1", "room-1"))).isTrue();
			awaitRest(12);
			pass(30);
			awaitRest(12);
		}

		@Test
		void eachChildHasOneOwner() {
			places().keySet().forEach((id) -> assertThat(owners(id)).hasSize(1));
		}

		@Test
		void nameResolvesToTheOwnerEverywhere() {
			ALL.forEach((node) -> assertThat(List.of(resolve(node, "room-1"))).isEqualTo(owners("room-1")));
		}

		@Test
		void callReachesTheOwnerFromEverywhere() {
			ALL.forEach((node) -> assertThat(get(call(node, "room-1"))).isEqualTo(token("room-1", ALL)));
		}

		@Test
		void tokenGrowsWithEachMove() {
			String child = childOn("n3");
			long before = token(child, ALL);
			get(move(child, "n2"));
			assertThat(token(child, ALL)).isGreaterThan(before);
		}

		@Test
		void tickBeginsOnceForEachInstantAlsoWhenItsProcessMoves() {
			String child = childOn("n3");
			long from = millis();
			pass(7);
			get(move(child, "n2"));
			pass(8);
			assertThat(ticked(child, ALL, from, millis() - 1000)).isEqualTo(instants(from, millis() - 1000));
			assertNoTickTwice();
		}

	}

	@Nested
	class AfterACrash extends WithAVictim {

		@Test
		void acknowledgedStartSurvivesTheNodeThatAcknowledgedIt() {
			get(start("n3", "new"));
			crash("n3");
			awaitRest(14);
		}

		@Test
		void acknowledgedTerminationSurvivesTheNodeThatAcknowledgedIt() {
			get(terminate("n3", "room-1"));
			crash("n3");
			awaitRest(12);
		}

		@Test
		void itsChildrenRunElsewhereOnce() {
			crash("n3");
			awaitRest();
		}

		@Test
		void nameResolvesToTheNewOwner() {
			crash("n3");
			awaitRest();
			MAJORITY.forEach((node) -> assertThat(List.of(resolve(node, this.child))).isEqualTo(owners(this.child)));
		}

		@Test
		void callUnderWayHasAnUnknownOutcomeAndTheNextReachesTheNewOwner() {
			CompletableFuture<Long> underWay = call("n1", this.child);
			crash("n3");
			assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> get(underWay))
				.withCauseInstanceOf(CallOutcomeUnknownException.class);
			awaitRest();
			assertThat(get(call("n1", this.child))).isEqualTo(token(this.child, MAJORITY));
		}

		@Test
		void tokenGrows() {
			crash("n3");
			awaitRest();
			assertThat(token(this.child, ALL)).isGreaterThan(this.before);
		}

		@Test
		void tickBeginsOnceAndTheLatestMissedOneOnTheNewOwner() {
			crash("n3");
			long crashed = millis();
			awaitRest();
			pass(1);
			long back = millis();
			assertThat(ticked(this.child, MAJORITY, crashed, back)).contains(GuaranteeFixture.latest(back));
			pass(9);
			assertThat(ticked(this.child, MAJORITY, back, millis() - 1000)).isEqualTo(instants(back, millis() - 1000));
			assertNoTickTwice();
		}

	}

	@Nested
	class AfterAFullRestart {

		private long before;

		@BeforeEach
		void restart() {
			this.before = token("single", ALL);
			restartAll();
		}

		@Test
		void childrenThatWereStartedOnDemandAreGone() {
			pass(10);
			assertThat(places()).containsOnlyKeys("single");
		}

		@Test
		void terminatedChildrenCanBeStartedAnew() {
			assertThat(get(terminate("n1", "room-1"))).isFalse();
			assertThat(get(start("n1", "room-1")).created()).isTrue();
		}

		@Test
		void staticChildHasOneOwner() {
			pass(10);
			assertThat(owners("single")).hasSize(1);
		}

		@Test
		void namesOfBeforeAreGone() {
			ALL.forEach((node) -> assertThat(resolve(node, "room-1")).isEqualTo("nobody"));
		}

		@Test
		void callOfANameOfBeforeFails() {
			assertThatExceptionOfType(CompletionException.class).isThrownBy(() -> get(call("n1", "room-1")))
				.withCauseInstanceOf(ProcessNotFoundException.class);
		}

		@Test
		void tokenGrows() {
			assertThat(token("single", ALL)).isGreaterThan(this.before);
		}

		@Test
		void schedulesBeginAnew() {
			pass(10);
			long from = millis();
			pass(10);
			assertThat(ticked("single", ALL, from, millis() - 1000)).isEqualTo(instants(from, millis() - 1000));
			assertNoTickTwice();
		}

	}

	/**
	 * A situation that n3 gets into, with one of its children.
	 */
	abstract class WithAVictim {

		String child = "";

		long before;

		@BeforeEach
		void chooseAVictim() {
			this.child = childOn("n3");
			this.before = token(this.child, ALL);
		}

	}

	/**
	 * What is the same while n3 stands still, and when it wakes.
	 */
	abstract class WhilePaused extends WithAVictim {

		@BeforeEach
		void pauseOne() {
			pause();
			pass(10);
		}

		@Test
		void startGoesOnWithoutIt() {
			assertThat(get(start("n1", "new")).created()).isTrue();
			resume();
			awaitRest(14);
		}

		@Test
		void terminationStopsItsCopyWhenItWakes() {
			assertThat(get(terminate("n1", this.child))).isTrue();
			resume();
			awaitRest(12);
		}

		@Test
		void nameResolvesToTheCopyElsewhere() {
			assertThat(resolve("n1", this.child)).isIn(MAJORITY).isEqualTo(resolve("n2", this.child));
		}

		@Test
		void callReachesTheCopyElsewhere() {
			assertThat(get(call("n1", this.child))).isEqualTo(token(this.child, MAJORITY));
		}

		@Test
		void copyThatIsLeftHasAHigherToken() {
			resume();
			awaitRest();
			assertThat(token(this.child, ALL)).isGreaterThan(this.before);
		}

		@Test
		void tickBeginsElsewhereAndNotAgainWhenItWakes() {
			long from = millis();
			pass(6);
			assertThat(ticked(this.child, MAJORITY, from, millis() - 1000)).isEqualTo(instants(from, millis() - 1000));
			resume();
			awaitRest();
			pass(10);
			assertNoTickTwice();
		}

	}

}
