package io.horde.cluster.quorum;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.horde.crdt.ReplicaId;
import io.horde.time.clock.Moment;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class QuorumCoreTests {

	private static final int LEASE = 4;

	private final QuorumWorld world = QuorumWorld.founded(LEASE, false);

	@Test
	void foundersAgreeOnTheSeats() {
		assertThat(this.world.nodes.values()).extracting((node) -> node.core.configuration().seats())
			.containsOnly(List.of("n1", "n2", "n3"));
	}

	@Test
	void claimIsGrantedByAMajority() {
		cutOff("n3");
		this.world.claim("n1", "c1");
		assertThat(this.world.owners("c1")).isEmpty();
		this.world.deliverAll();
		assertThat(this.world.owners("c1")).hasSize(1);
	}

	@Test
	void claimWithoutAMajorityIsWithdrawn() {
		cutOff("n2", "n3");
		this.world.claim("n1", "c1");
		this.world.calm(LEASE);
		assertThat(node("n1").wants).isEmpty();
		assertThat(this.world.owners("c1")).isEmpty();
	}

	@Test
	void memberWithoutASeatMayOwn() {
		this.world.claim("n4", "c1");
		this.world.deliverAll();
		assertThat(this.world.owners("c1")).hasSize(1);
	}

	@Test
	void leaseIsRenewedAsLongAsAMajorityAnswers() {
		own("n1");
		cutOff("n3");
		this.world.calm(5 * LEASE);
		assertThat(this.world.owners("c1")).hasSize(1);
	}

	@Test
	void leaseEndsOnTheMinoritySide() {
		own("n1");
		this.world.cut = Set.of("n1", "n2");
		cutOff("n3");
		this.world.calm(LEASE + 1);
		assertThat(this.world.owners("c1")).isEmpty();
		assertThat(node("n1").leases).isEmpty();
	}

	@Test
	void leaseRunsFromTheSendingOfWhatWasAnswered() {
		this.world.claim("n1", "c1");
		long sent = this.world.time;
		this.world.time += 3 * QuorumWorld.STEP;
		this.world.deliverAll();
		assertThat(node("n1").leases.get("c1").nanos()).isEqualTo(sent + LEASE * QuorumWorld.STEP);
	}

	@Test
	void answerThatComesAfterTheEndOfTheLeaseExtendsNothing() {
		own("n1");
		this.world.time += QuorumWorld.STEP;
		node("n1").core.tick(this.world.now());
		this.world.time += (LEASE - 1) * QuorumWorld.STEP;
		this.world.deliverAll();
		assertThat(node("n1").leases).isEmpty();
	}

	@Test
	void leaseEndsByTheWallClockWhenTheMonotonicOneStoodStill() {
		own("n1");
		Moment now = this.world.now();
		node("n1").core.expire(new Moment(now.nanos(), now.millis() + 2 * LEASE));
		assertThat(node("n1").leases).isEmpty();
	}

	@Test
	void successorWaitsForThePromiseToTheOwner() {
		own("n1");
		crash("n1");
		long died = this.world.time;
		while (this.world.owners("c1").isEmpty()) {
			this.world.claim("n2", "c1");
			this.world.calm(1);
		}
		assertThat(this.world.time - died).isGreaterThan(LEASE * QuorumWorld.STEP)
			.isLessThan((LEASE + 3) * QuorumWorld.STEP);
	}

	@Test
	void successorOfAReleasedChildNeedNotWait() {
		own("n1");
		this.world.release("n1", "c1");
		this.world.calm(1);
		this.world.claim("n2", "c1");
		this.world.deliverAll();
		assertThat(this.world.owners("c1")).singleElement().asString().startsWith("n2");
	}

	@Test
	void releaseThatNobodyAnswersIsOverWhenPromisesAre() {
		own("n1");
		cutOff("n2", "n3");
		this.world.release("n1", "c1");
		this.world.calm(LEASE + 2);
		assertThat(node("n1").released).containsExactly("c1 false");
	}

	@Test
	void releaseIsOverWhenAMajorityKnowsOfIt() {
		own("n1");
		this.world.release("n1", "c1");
		this.world.deliverAll();
		assertThat(node("n1").released).containsExactly("c1 true");
	}

	@Test
	void newIncarnationWaitsForThePromiseToItsPredecessor() {
		own("n4");
		this.world.start("n4", 2);
		this.world.calm(1);
		this.world.claim("n4", "c1");
		this.world.deliverAll();
		assertThat(this.world.owners("c1")).isEmpty();
	}

	@Test
	void olderIncarnationIsNotAnsweredAnyMore() {
		Voter voter = new Voter(this.world.settings);
		QuorumMessage.Request request = new QuorumMessage.Request(SeatConfiguration.NONE, 1, List.of(), List.of());
		assertThat(voter.answer(new ReplicaId("n4", 2), request, SeatConfiguration.NONE, this.world.now())).isNotNull();
		assertThat(voter.answer(new ReplicaId("n4", 1), request, SeatConfiguration.NONE, this.world.now())).isNull();
	}

	@Test
	void restartedVoterDoesNotVoteBeforeItsEarlierPromisesHaveRunOut() {
		this.world.start("n2", 2);
		this.world.calm(LEASE);
		assertThat(node("n2").core.silence(this.world.time)).isNotEmpty();
		this.world.calm(LEASE);
		assertThat(node("n2").core.silence(this.world.time)).isEmpty();
	}

	@Test
	void restartedVoterIsToldWhatAnOwnerHolds() {
		own("n1");
		this.world.start("n2", 2);
		this.world.calm(3 * LEASE);
		crash("n3");
		this.world.claim("n4", "c1");
		this.world.calm(1);
		assertThat(this.world.owners("c1")).singleElement().asString().startsWith("n1");
	}

	@Test
	void forgottenSeatIsGivenToAnotherMember() {
		crash("n3");
		this.world.forgotten = new TreeSet<>(List.of("n3"));
		this.world.introduce();
		this.world.calm(3);
		assertThat(node("n1").core.configuration().seats()).containsExactly("n1", "n2", "n4");
		assertThat(node("n4").core.silence(this.world.time)).isNotEmpty();
		this.world.calm(LEASE + 2);
		assertThat(node("n4").core.silence(this.world.time)).isEmpty();
	}

	@Test
	void seatOfANodeThatIsDownIsKept() {
		crash("n3");
		this.world.calm(10 * LEASE);
		assertThat(node("n1").core.configuration().seats()).containsExactly("n1", "n2", "n3");
	}

	@Test
	void seatThatAMajorityHasGivenAwayIsGivenAwayThoughItsHolderIsBack() {
		cutOffForVacancy("n3");
		this.world.wire.clear();
		this.world.silenced = Set.of();
		this.world.calm(4 * LEASE);
		assertThat(node("n1").core.configuration().seats()).containsExactly("n1", "n2", "n4");
		this.world.claim("n1", "c1");
		this.world.calm(1);
		assertThat(this.world.owners("c1")).hasSize(1);
	}

	/* Until n1 and n2 have accepted that its seat is given away, and n1 does not know. */
	private void cutOffForVacancy(String name) {
		this.world.silenced = Set.of("n1<" + name, "n2<" + name, name + "<n1", name + "<n2");
		for (int step = 0; step < 1000 && !node("n2").core.electorate.isFrozen(); step++) {
			this.world.wire.clear();
			this.world.advance(true);
			for (int i = 0; i < 3 && !node("n2").core.electorate.isFrozen(); i++) {
				List.of("!n1<n2", "?n1<n2", "!n2<n1", "?n2<n1").forEach(this.world::deliverAll);
			}
		}
	}

	@Test
	void forcedConfigurationReplacesAllOthers() {
		crash("n2");
		crash("n3");
		this.world.forgotten = new TreeSet<>(List.of("n2", "n3"));
		this.world.introduce();
		node("n1").core.force(List.of("n2", "n3"), this.world.now());
		this.world.calm(2 * LEASE);
		assertThat(node("n4").core.configuration().id()).isEqualTo("1.1@n1");
		this.world.claim("n4", "c1");
		this.world.calm(1);
		assertThat(this.world.owners("c1")).hasSize(1);
	}

	@Test
	void moreMembersThanExpectedFoundNothing() {
		QuorumWorld crowded = new QuorumWorld(LEASE, false);
		List.of("n1", "n2", "n3", "n4").forEach((name) -> crowded.start(name, 1));
		crowded.calm(10 * LEASE);
		assertThat(crowded.nodes.get("n1").core.configuration().isKnown()).isFalse();
	}

	@Test
	void halfOfTheExpectedMembersFoundNothing() {
		QuorumWorld small = new QuorumWorld(LEASE, false);
		small.start("n1", 1);
		small.calm(10 * LEASE);
		assertThat(small.nodes.get("n1").core.configuration().isKnown()).isFalse();
	}

	@Test
	void lateFounderGetsTheEmptySeat() {
		QuorumWorld small = new QuorumWorld(LEASE, false);
		small.start("n1", 1);
		small.start("n2", 1);
		small.calm(2 * LEASE);
		assertThat(small.nodes.get("n1").core.configuration().seats()).containsExactly("n1", "n2", "");
		small.start("n3", 1);
		small.calm(2 * LEASE);
		assertThat(small.nodes.get("n3").core.configuration().seats()).containsExactly("n1", "n2", "n3");
	}

	private QuorumWorld.Node node(String name) {
		return this.world.nodes.get(name);
	}

	private void own(String name) {
		this.world.claim(name, "c1");
		this.world.deliverAll();
		assertThat(this.world.owners("c1")).hasSize(1);
	}

	private void crash(String name) {
		this.world.nodes.remove(name);
		this.world.wire.keySet().removeIf((link) -> link.contains(name));
	}

	/* They hear nobody and nobody hears them. */
	private void cutOff(String... names) {
		List.of(names).forEach(this::crash);
	}

}
