package io.horde.cluster.quorum;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.horde.rules.TakenAway;
import io.horde.time.clock.Moment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Schedules that make two owners if one rule is not kept, for rules whose schedules are
 * too long for {@link QuorumModelTests}.
 */
class QuorumRulesTests {

	private static final int LEASE = 4;

	@ParameterizedTest
	@EnumSource
	void anyRuleCanBeTakenAway(QuorumRule rule) {
		try (TakenAway taken = rule.takeAway()) {
			assertThat(taken).isNotNull();
		}
	}

	@Test
	void leaseCountedFromTheAnswerOutlivesThePromises() {
		assertThat(lateAnswer()).isLessThan(2);
		try (TakenAway taken = QuorumRule.Q4_SENDING.takeAway()) {
			assertThat(lateAnswer()).isEqualTo(2);
		}
	}

	/* The answers are under way for most of a lease, and then the owner is cut off. */
	private static int lateAnswer() {
		QuorumWorld world = QuorumWorld.founded(LEASE, false);
		world.claim("n1", "c1");
		world.deliverAll();
		world.time += QuorumWorld.STEP;
		world.node("n1").core.tick(world.now());
		for (String link : List.of("?n2<n1", "?n3<n1")) {
			world.deliver(link);
		}
		world.time += 2 * QuorumWorld.STEP;
		world.deliverAll();
		return successor(world);
	}

	@Test
	void leaseOfASuspendedMachineEndsByItsWallClock() {
		assertThat(suspended()).isTrue();
		try (TakenAway taken = QuorumRule.Q9.takeAway()) {
			assertThat(suspended()).isFalse();
		}
	}

	private static boolean suspended() {
		QuorumWorld world = QuorumWorld.founded(LEASE, false);
		world.claim("n1", "c1");
		world.deliverAll();
		Moment now = world.now();
		world.node("n1").core.expire(new Moment(now.nanos(), now.millis() + 1000));
		return world.node("n1").leases.isEmpty();
	}

	@Test
	void changeAgreedUponByAMinorityMakesTwoMajorities() {
		assertThat(givenAway(false)).isLessThan(2);
		try (TakenAway taken = QuorumRule.Q6_OLD.takeAway()) {
			assertThat(givenAway(false)).isEqualTo(2);
		}
	}

	@Test
	void voterThatAcceptedAChangeAndStillVotesMakesTwoMajorities() {
		assertThat(givenAway(true)).isLessThan(2);
		try (TakenAway taken = QuorumRule.Q6_FROZEN.takeAway()) {
			assertThat(givenAway(true)).isEqualTo(2);
		}
	}

	/*
	 * n3 owns the child by the votes of n2 and itself. Its seat is given to n4, and
	 * before or after n2 has accepted that, it is cut off from n1 and n4.
	 */
	private static int givenAway(boolean accepted) {
		QuorumWorld world = QuorumWorld.founded(LEASE, false);
		world.claim("n3", "c1");
		world.deliver("?n2<n3");
		world.deliverAll("!n3<n2");
		world.lose("?n1<n3");
		world.forgotten = new TreeSet<>(List.of("n3"));
		world.introduce(accepted ? world.nodes.keySet() : Set.of("n1", "n4"));
		if (accepted) {
			world.silenced = Set.of("n1<n3", "n4<n3", "n3<n4", "n3<n1");
			world.advance(true);
			while (!world.node("n1").core.configuration().seats().contains("n4")) {
				world.deliverAll("?n2<n1");
				world.deliverAll("!n1<n2");
			}
			world.wire.keySet().removeIf((link) -> link.contains("n2") && link.contains("n1"));
		}
		world.silenced = Set.of("n1<n3", "n1<n2", "n2<n1", "n3<n1", "n2<n4", "n3<n4", "n4<n2", "n4<n3");
		world.calm(3 * LEASE);
		world.claim("n1", "c1");
		world.calm(1);
		return world.owners("c1").size();
	}

	@Test
	void seatOfAForgottenNodeThatRunsMakesTwoMajoritiesIfItIsGivenAwayAtOnce() {
		assertThat(forgottenThatRuns(0)).isEqualTo(2);
		assertThat(forgottenThatRuns(QuorumWorld.founded(LEASE, false).settings.vacancy())).isEqualTo(1);
	}

	/*
	 * n3 is cut off, forgotten, and runs. n2, which has accepted that its seat is given
	 * to n4, restarts and reaches nobody but n3, which does not know.
	 */
	private static int forgottenThatRuns(long certainty) {
		QuorumWorld world = QuorumWorld.founded(LEASE, false, certainty);
		world.silenced = Set.of("n1<n3", "n2<n3", "n4<n3", "n3<n1", "n3<n2", "n3<n4");
		world.forgotten = new TreeSet<>(List.of("n3"));
		world.introduce(Set.of("n1", "n2", "n4"));
		world.calm(3 * LEASE);
		world.silenced = Set.of("n1<n3", "n1<n2", "n2<n1", "n3<n1", "n2<n4", "n3<n4", "n4<n2", "n4<n3");
		world.forgotten = new TreeSet<>();
		world.start("n2", 2);
		world.calm(3 * LEASE);
		world.claim("n3", "c1");
		world.claim("n1", "c1");
		world.calm(1);
		return world.owners("c1").size();
	}

	/*
	 * Nobody hears n2, which hears all, until its seat is to be given to n4; then it is
	 * cut off. n1 has given the seat away, restarts, and reaches nobody but n2.
	 */
	@Test
	void voterThatNobodyHearsIsNotSureOfItsSeatByWhatItHears() {
		QuorumWorld world = QuorumWorld.founded(LEASE, false, QuorumWorld.VACANCY);
		world.silenced = Set.of("n1<n2", "n3<n2", "n4<n2");
		world.calm((int) (world.settings.vacancy() / QuorumWorld.STEP));
		assertThat(world.node("n1").core.configuration().seats()).contains("n2");
		world.silenced = Set.of("n1<n2", "n3<n2", "n4<n2", "n2<n1", "n2<n3", "n2<n4");
		while (!world.node("n1").core.configuration().seats().contains("n4")) {
			world.calm(1);
		}
		world.silenced = Set.of("n1<n3", "n1<n4", "n2<n3", "n2<n4", "n3<n1", "n3<n2", "n4<n1", "n4<n2");
		world.start("n1", 2);
		world.calm(2 * LEASE);
		world.claim("n1", "c1");
		world.claim("n3", "c1");
		world.calm(1);
		assertThat(world.owners("c1")).singleElement().asString().startsWith("n3");
	}

	private static int successor(QuorumWorld world) {
		world.silenced = Set.of("n2<n1", "n3<n1", "n1<n2", "n1<n3");
		int most = 0;
		for (int i = 0; i < 2 * LEASE; i++) {
			world.time += QuorumWorld.STEP;
			world.claim("n2", "c1");
			world.node("n2").core.tick(world.now());
			world.node("n3").core.tick(world.now());
			world.deliverAll();
			most = Math.max(most, world.owners("c1").size());
		}
		return most;
	}

}
