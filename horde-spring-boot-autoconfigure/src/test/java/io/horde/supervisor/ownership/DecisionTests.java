package io.horde.supervisor.ownership;

import java.util.EnumSet;
import java.util.Set;

import io.horde.supervisor.ownership.ChildFacts.Chosen;
import io.horde.supervisor.ownership.ChildFacts.Here;
import io.horde.supervisor.ownership.ChildFacts.Node;
import io.horde.supervisor.ownership.ChildFacts.Owner;
import io.horde.supervisor.ownership.ChildFacts.Want;
import io.horde.supervisor.ownership.Placement.Phase;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The table of {@link Decision#decide}.
 */
class DecisionTests {

	@Test
	void anOrphanIsStartedByTheChosenNodeOnly() {
		for (Owner owner : EnumSet.of(Owner.NOBODY, Owner.HIDDEN, Owner.GONE)) {
			Given given = given().owner(owner, Phase.RUNNING, 5);
			assertThat(given.decide(Chosen.SELF))
				.isEqualTo((owner == Owner.NOBODY) ? Decision.START : Decision.TAKE_OVER);
			assertThat(given.decide(Chosen.OTHER)).isEqualTo(Decision.NOTHING);
			assertThat(given.decide(Chosen.NOBODY)).isEqualTo(Decision.NOTHING);
		}
	}

	@ParameterizedTest
	@EnumSource
	void aChildOfALivingOwnerIsLeftAloneWhateverItsPhase(Phase phase) {
		assertThat(given().owner(Owner.ALIVE, phase, 5).decide(Chosen.SELF)).isEqualTo(Decision.NOTHING);
	}

	@Test
	void theOwnerObeysItsClaimWithoutAskingItsOwnRing() {
		assertThat(given().owner(Owner.SELF, Phase.CLAIMED, 5).decide(Chosen.OTHER))
			.isEqualTo(Decision.START_AS_PLACED);
	}

	@Test
	void theOwnerOfAVanishedCopyClaimsANewEpoch() {
		assertThat(given().owner(Owner.SELF, Phase.RUNNING, 5).decide(Chosen.OTHER)).isEqualTo(Decision.START);
	}

	@Test
	void theOwnerKeepsToTheDelayOfAChildThatFailed() {
		for (Phase phase : EnumSet.of(Phase.RESTARTING, Phase.QUARANTINED, Phase.WAITING)) {
			assertThat(given().owner(Owner.SELF, phase, 5).decide(Chosen.SELF)).isEqualTo(Decision.DELAY);
		}
	}

	@Test
	void aQuarantineSurvivesTheDeathOfItsNode() {
		assertThat(given().owner(Owner.HIDDEN, Phase.QUARANTINED, 5).decide(Chosen.SELF))
			.isEqualTo(Decision.TAKE_QUARANTINE);
	}

	@Test
	void anOwnerThatCanNotRunTheChildPassesItOn() {
		assertThat(given().owner(Owner.SELF, Phase.CLAIMED, 5).notRunnable().decide(Chosen.OTHER))
			.isEqualTo(Decision.PASS_ON);
		assertThat(given().owner(Owner.SELF, Phase.RESTARTING, 5).node(Node.LEAVING).decide(Chosen.OTHER))
			.isEqualTo(Decision.PASS_ON);
		assertThat(given().here(Here.DELAYED, 5)
			.owner(Owner.SELF, Phase.RESTARTING, 5)
			.node(Node.LEAVING)
			.decide(Chosen.OTHER)).isEqualTo(Decision.PASS_ON);
	}

	@Test
	void aNodeThatJoinsOrLeavesStartsNothing() {
		for (Owner owner : EnumSet.of(Owner.NOBODY, Owner.HIDDEN, Owner.GONE)) {
			assertThat(given().owner(owner, Phase.RUNNING, 5).node(Node.JOINING).decide(Chosen.SELF))
				.isEqualTo(Decision.NOTHING);
			assertThat(given().owner(owner, Phase.RUNNING, 5).node(Node.LEAVING).decide(Chosen.SELF))
				.isEqualTo(Decision.NOTHING);
		}
	}

	@Test
	void aChildWithoutPlacementWaitsForTheBootToBeOver() {
		assertThat(given().owner(Owner.NOBODY, null, 0).mayNotBegin().decide(Chosen.SELF)).isEqualTo(Decision.NOTHING);
		assertThat(given().owner(Owner.HIDDEN, Phase.RUNNING, 5).mayNotBegin().decide(Chosen.SELF))
			.isEqualTo(Decision.TAKE_OVER);
	}

	@Test
	void aCopyIsSupersededByAHigherEpochThatRuns() {
		for (Phase phase : EnumSet.of(Phase.RUNNING, Phase.MOVING)) {
			assertThat(given().here(Here.RUNNING, 5).owner(Owner.ALIVE, phase, 6).decide(Chosen.SELF))
				.isEqualTo(Decision.STOP_SUPERSEDED);
		}
	}

	@Test
	void aRunningCopyAssertsItselfAgainstAMereClaim() {
		Set<Phase> notRunning = EnumSet.of(Phase.CLAIMED, Phase.RESTARTING, Phase.QUARANTINED, Phase.WAITING);
		for (Phase phase : notRunning) {
			assertThat(given().here(Here.RUNNING, 5).owner(Owner.ALIVE, phase, 6).decide(Chosen.OTHER))
				.isEqualTo(Decision.REASSERT);
		}
	}

	@Test
	void aStartUnderWayGivesWayToAnyHigherEpochOfALivingNode() {
		for (Phase phase : Phase.values()) {
			assertThat(given().here(Here.STARTING, 5).owner(Owner.ALIVE, phase, 6).decide(Chosen.SELF))
				.isEqualTo(Decision.STOP_SUPERSEDED);
		}
	}

	@Test
	void aCopyAssertsItselfAgainstANodeThatIsDownAndAgainstLowerEpochs() {
		for (Here here : EnumSet.of(Here.STARTING, Here.RUNNING)) {
			assertThat(given().here(here, 5).owner(Owner.HIDDEN, Phase.RUNNING, 6).decide(Chosen.OTHER))
				.isEqualTo(Decision.REASSERT);
			assertThat(given().here(here, 5).owner(Owner.ALIVE, Phase.RUNNING, 4).decide(Chosen.OTHER))
				.isEqualTo(Decision.REASSERT);
			assertThat(given().here(here, 5).owner(Owner.NOBODY, null, 0).decide(Chosen.OTHER))
				.isEqualTo(Decision.REASSERT);
		}
	}

	@Test
	void aTerminatedChildStopsWhateverTheEpoch() {
		for (Owner owner : Owner.values()) {
			assertThat(given().want(Want.END).here(Here.RUNNING, 9).owner(owner, Phase.RUNNING, 9).decide(Chosen.SELF))
				.isEqualTo(Decision.STOP_TERMINATED);
		}
	}

	@Test
	void aCopyWhoseDesiredEntryHasNotArrivedIsLeftAlone() {
		assertThat(given().want(Want.UNKNOWN).owner(Owner.SELF, Phase.CLAIMED, 5).decide(Chosen.SELF))
			.isEqualTo(Decision.NOTHING);
	}

	@Test
	void theOwnerRemovesThePlacementOfAnEndedChildAndTheSweeperThatOfALostOwner() {
		assertThat(given().want(Want.END).owner(Owner.SELF, Phase.RUNNING, 5).decide(Chosen.SELF))
			.isEqualTo(Decision.REMOVE_PLACEMENT);
		assertThat(given().want(Want.END).owner(Owner.GONE, Phase.RUNNING, 5).sweeper().decide(Chosen.SELF))
			.isEqualTo(Decision.SWEEP);
		assertThat(given().want(Want.END).owner(Owner.GONE, Phase.RUNNING, 5).decide(Chosen.SELF))
			.isEqualTo(Decision.NOTHING);
		assertThat(given().want(Want.END).owner(Owner.HIDDEN, Phase.RUNNING, 5).sweeper().decide(Chosen.SELF))
			.isEqualTo(Decision.NOTHING);
	}

	@Test
	void aTemporaryChildIsNotStartedAgainAndForgottenOnlyWhenItsNodeIsGoneForGood() {
		assertThat(given().temporary().owner(Owner.HIDDEN, Phase.RUNNING, 5).sweeper().decide(Chosen.SELF))
			.isEqualTo(Decision.NOTHING);
		assertThat(given().temporary().owner(Owner.GONE, Phase.RUNNING, 5).sweeper().decide(Chosen.SELF))
			.isEqualTo(Decision.FORGET);
		assertThat(given().temporary().owner(Owner.GONE, Phase.RUNNING, 5).decide(Chosen.SELF))
			.isEqualTo(Decision.NOTHING);
	}

	@Test
	void aSideThatItsStrategyDoesNotEntitleRunsNothing() {
		assertThat(given().notEntitled().here(Here.RUNNING, 5).owner(Owner.SELF, Phase.RUNNING, 5).decide(Chosen.SELF))
			.isEqualTo(Decision.STOP_WITHOUT_QUORUM);
		assertThat(given().notEntitled().owner(Owner.HIDDEN, Phase.RUNNING, 5).decide(Chosen.SELF))
			.isEqualTo(Decision.NOTHING);
		assertThat(given().notEntitled().owner(Owner.SELF, Phase.CLAIMED, 5).decide(Chosen.SELF))
			.isEqualTo(Decision.REFUSE);
	}

	@Test
	void aTimerIsWithdrawnWhenSomebodyElseIsResponsible() {
		assertThat(given().here(Here.DELAYED, 5).owner(Owner.ALIVE, Phase.CLAIMED, 6).decide(Chosen.SELF))
			.isEqualTo(Decision.WITHDRAW);
		assertThat(given().here(Here.DELAYED, 5).owner(Owner.SELF, Phase.RESTARTING, 5).decide(Chosen.SELF))
			.isEqualTo(Decision.NOTHING);
	}

	@Test
	void aCopyThatIsBeingStoppedIsLeftAloneUnlessAnotherOneRuns() {
		for (Owner owner : Owner.values()) {
			for (Want want : Want.values()) {
				assertThat(given().want(want).here(Here.STOPPING, 5).owner(owner, Phase.RUNNING, 6).decide(Chosen.SELF))
					.isEqualTo((owner == Owner.ALIVE) ? Decision.HASTEN : Decision.NOTHING);
				assertThat(given().want(want).here(Here.STOPPING, 5).owner(owner, Phase.CLAIMED, 6).decide(Chosen.SELF))
					.isEqualTo(Decision.NOTHING);
			}
		}
	}

	@Test
	void twoLivingNodesThatSeeTheSamePlacementNeverBothStopAndNeverBothStay() {
		for (long mine = 1; mine <= 3; mine++) {
			for (long placed = mine; placed <= 3; placed++) {
				boolean visibleIsMine = placed == mine;
				Decision winner = given().here(Here.RUNNING, placed)
					.owner(Owner.SELF, Phase.RUNNING, placed)
					.decide(Chosen.OTHER);
				assertThat(winner).isEqualTo(Decision.NOTHING);
				if (!visibleIsMine) {
					assertThat(given().here(Here.RUNNING, mine)
						.owner(Owner.ALIVE, Phase.RUNNING, placed)
						.decide(Chosen.OTHER)).extracting(Decision::stop).isNotNull();
				}
			}
		}
	}

	private static Given given() {
		return new Given(new ChildFacts(Node.UP, Want.RUN, Here.NOTHING, 0, Owner.NOBODY, null, 0, true, true, false,
				true, false));
	}

	private record Given(ChildFacts facts) {

		Decision decide(Chosen chosen) {
			return Decision.decide(this.facts, () -> chosen);
		}

		Given node(Node node) {
			ChildFacts f = this.facts;
			return new Given(new ChildFacts(node, f.want(), f.here(), f.localEpoch(), f.owner(), f.phase(),
					f.placedEpoch(), f.runnable(), f.entitled(), f.temporary(), f.mayBegin(), f.sweeper()));
		}

		Given want(Want want) {
			ChildFacts f = this.facts;
			return new Given(new ChildFacts(f.node(), want, f.here(), f.localEpoch(), f.owner(), f.phase(),
					f.placedEpoch(), f.runnable(), f.entitled(), f.temporary(), f.mayBegin(), f.sweeper()));
		}

		Given here(Here here, long epoch) {
			ChildFacts f = this.facts;
			return new Given(new ChildFacts(f.node(), f.want(), here, epoch, f.owner(), f.phase(), f.placedEpoch(),
					f.runnable(), f.entitled(), f.temporary(), f.mayBegin(), f.sweeper()));
		}

		Given owner(Owner owner, @Nullable Phase phase, long epoch) {
			ChildFacts f = this.facts;
			return new Given(new ChildFacts(f.node(), f.want(), f.here(), f.localEpoch(), owner, phase, epoch,
					f.runnable(), f.entitled(), f.temporary(), f.mayBegin(), f.sweeper()));
		}

		Given notRunnable() {
			return flags(false, this.facts.entitled(), this.facts.temporary(), this.facts.mayBegin(),
					this.facts.sweeper());
		}

		Given notEntitled() {
			return flags(this.facts.runnable(), false, this.facts.temporary(), this.facts.mayBegin(),
					this.facts.sweeper());
		}

		Given temporary() {
			return flags(this.facts.runnable(), this.facts.entitled(), true, this.facts.mayBegin(),
					this.facts.sweeper());
		}

		Given mayNotBegin() {
			return flags(this.facts.runnable(), this.facts.entitled(), this.facts.temporary(), false,
					this.facts.sweeper());
		}

		Given sweeper() {
			return flags(this.facts.runnable(), this.facts.entitled(), this.facts.temporary(), this.facts.mayBegin(),
					true);
		}

		private Given flags(boolean runnable, boolean entitled, boolean temporary, boolean mayBegin, boolean sweeper) {
			ChildFacts f = this.facts;
			return new Given(new ChildFacts(f.node(), f.want(), f.here(), f.localEpoch(), f.owner(), f.phase(),
					f.placedEpoch(), runnable, entitled, temporary, mayBegin, sweeper));
		}

	}

}
