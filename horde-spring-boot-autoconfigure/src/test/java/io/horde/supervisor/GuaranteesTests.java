package io.horde.supervisor;

import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The table of guarantees in {@code docs/architecture.md}: children that are available
 * rather than exclusive (AP).
 */
class GuaranteesTests extends SharedGuarantees {

	@BeforeEach
	void beginAtRest() {
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
		void startIsAcknowledgedAndOneCopyIsLeftAfterTheHeal() {
			assertThat(get(start("n3", "new")).created()).isTrue();
			assertThat(get(start("n1", "new")).created()).isTrue();
			assertThat(owners("new")).hasSize(2);
			heal();
			awaitRest(14);
			assertThat(owners("new")).hasSize(1);
		}

		@Test
		void terminationHoldsHereAndEverywhereAfterTheHeal() {
			assertThat(get(terminate("n3", "room-1"))).isTrue();
			assertThat(owners("room-1")).hasSize(1).doesNotContain("n3");
			heal();
			awaitRest(12);
		}

		@Test
		void eachChildRunsHereTooAndOnceAfterTheHeal() {
			places().keySet().forEach((id) -> assertThat(owners(id)).hasSize(2).contains("n3"));
			heal();
			awaitRest();
		}

		@Test
		void nameResolvesToTheCopyOfThisSide() {
			assertThat(resolve("n3", "room-1")).isEqualTo("n3");
		}

		@Test
		void callReachesTheCopyOfThisSide() {
			assertThat(get(call("n3", "room-1"))).isEqualTo(token("room-1", List.of("n3")));
		}

		@Test
		void tokenGrowsOnThisSideOnly() {
			String child = takenOverBy("n3");
			assertThat(token(child, List.of("n3"))).isGreaterThan(token(child, MAJORITY));
			assertThat(owners(child)).hasSize(2);
		}

		@Test
		void tickBeginsOnThisSideTooAndOnceAfterTheHeal() {
			long from = millis();
			pass(6);
			assertThat(ticked("room-1", List.of("n3"), from, millis() - 1000))
				.isEqualTo(instants(from, millis() - 1000));
			heal();
			awaitRest();
			ticks.clear();
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
		void startIsAcknowledgedWhenTwoHoldIt() {
			assertThat(get(start("n1", "new")).created()).isTrue();
			assertThat(holders("new")).isEqualTo(2);
			heal();
			awaitRest(14);
		}

		@Test
		void terminationHoldsHereAndEverywhereAfterTheHeal() {
			assertThat(get(terminate("n1", this.child))).isTrue();
			assertThat(owners(this.child)).containsExactly("n3");
			heal();
			awaitRest(12);
		}

		@Test
		void childrenOfTheOtherSideRunHereTooAndOnceAfterTheHeal() {
			assertThat(owners(this.child)).hasSize(2).contains("n3");
			heal();
			awaitRest();
		}

		@Test
		void nameResolvesToTheCopyOfThisSide() {
			assertThat(resolve("n1", this.child)).isIn(MAJORITY).isEqualTo(resolve("n2", this.child));
		}

		@Test
		void callReachesTheCopyOfThisSide() {
			assertThat(get(call("n1", this.child))).isEqualTo(token(this.child, MAJORITY));
		}

		@Test
		void tokenGrows() {
			assertThat(token(this.child, MAJORITY)).isGreaterThan(this.before);
		}

		@Test
		void tickBeginsOnThisSideTooAndOnceAfterTheHeal() {
			long from = millis();
			pass(6);
			assertThat(ticked(this.child, MAJORITY, from, millis() - 1000)).isEqualTo(instants(from, millis() - 1000));
			heal();
			awaitRest();
			ticks.clear();
			pass(10);
			assertNoTickTwice();
		}

	}

	@Nested
	class PausedNode extends WhilePaused {

		@Test
		void itsChildrenRunElsewhereAndItIsNoOwnerWhenItWakes() {
			assertRunsOnceOn(this.child, MAJORITY);
			List<String> owners = owners(this.child);
			resume();
			pass(4, () -> assertThat(owners(this.child)).isEqualTo(owners));
			awaitRest();
		}

	}

}
