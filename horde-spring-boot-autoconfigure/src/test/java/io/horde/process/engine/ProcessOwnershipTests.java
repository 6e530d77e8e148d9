package io.horde.process.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.horde.time.clock.Moment;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of when a process may act for the cluster (Q4, Q9, T10).
 */
class ProcessOwnershipTests {

	private final TestProcesses processes = new TestProcesses();

	@Test
	void withoutALeaseAProcessIsOwnerUntilItIsRevoked() {
		LocalProcess process = start();
		this.processes.run(Duration.ofDays(365));
		assertThat(process.isOwner()).isTrue();
		assertThat(process.context().ownedFor()).isGreaterThan(Duration.ofDays(100_000));
		process.revoke();
		assertThat(process.isOwner()).isFalse();
		assertThat(process.context().ownedFor()).isZero();
	}

	@Test
	void leaseEndsByItself() {
		LocalProcess process = start();
		lease(process, Duration.ofSeconds(5));
		this.processes.run(Duration.ofMillis(4900));
		assertThat(process.isOwner()).isTrue();
		assertThat(process.context().ownedFor()).isBetween(Duration.ofMillis(90), Duration.ofMillis(100));
		this.processes.run(Duration.ofMillis(100));
		assertThat(process.isOwner()).isFalse();
		assertThat(process.context().ownedFor()).isZero();
	}

	@Test
	void leaseIsExtendedWhileItRuns() {
		LocalProcess process = start();
		lease(process, Duration.ofSeconds(5));
		this.processes.run(Duration.ofSeconds(4));
		lease(process, Duration.ofSeconds(5));
		this.processes.run(Duration.ofSeconds(4));
		assertThat(process.isOwner()).isTrue();
	}

	@Test
	void endedLeaseIsNeverExtended() {
		LocalProcess process = start();
		lease(process, Duration.ofSeconds(5));
		this.processes.run(Duration.ofSeconds(6));
		lease(process, Duration.ofSeconds(5));
		assertThat(process.isOwner()).isFalse();
	}

	@Test
	void leaseThatEndsWhileTheProcessStartsIsNeverExtended() {
		this.processes.open = false;
		LocalProcess process = start();
		lease(process, Duration.ofSeconds(5));
		assertThat(process.isOwner()).isFalse();
		this.processes.run(Duration.ofSeconds(6));
		lease(process, Duration.ofSeconds(5));
		process.open();
		assertThat(process.isOwner()).isFalse();
	}

	@Test
	void leaseGrantedBeforeTheProcessIsOpenHoldsAfterwards() {
		this.processes.open = false;
		LocalProcess process = start();
		lease(process, Duration.ofSeconds(5));
		process.open();
		assertThat(process.isOwner()).isTrue();
		this.processes.run(Duration.ofSeconds(5));
		assertThat(process.isOwner()).isFalse();
	}

	@Test
	void revokedProcessIsNeverOwnerAgain() {
		LocalProcess process = start();
		lease(process, Duration.ofSeconds(5));
		process.revoke();
		lease(process, Duration.ofSeconds(9));
		assertThat(process.isOwner()).isFalse();
	}

	@Test
	void processRevokedBeforeItIsOpenIsNeverOwner() {
		this.processes.open = false;
		LocalProcess process = start();
		process.revoke();
		process.open();
		assertThat(process.isOwner()).isFalse();
	}

	@Test
	void leaseEndsWhenTheWallClockSaysSo() {
		LocalProcess process = start();
		lease(process, Duration.ofSeconds(5));
		this.processes.loop.clock().step(Duration.ofSeconds(5));
		assertThat(process.isOwner()).isFalse();
		assertThat(process.context().ownedFor()).isZero();
	}

	@Test
	void wallClockThatIsSetBackDoesNotProlongALease() {
		LocalProcess process = start();
		lease(process, Duration.ofSeconds(5));
		this.processes.loop.clock().step(Duration.ofHours(-1));
		this.processes.run(Duration.ofSeconds(5));
		assertThat(process.isOwner()).isFalse();
	}

	@Test
	void leaseEndsWhileTheMachineIsSuspended() {
		LocalProcess process = start();
		lease(process, Duration.ofSeconds(5));
		this.processes.loop.suspend();
		this.processes.run(Duration.ofSeconds(6));
		assertThat(process.isOwner()).isFalse();
		this.processes.loop.resume();
		assertThat(process.isOwner()).isFalse();
	}

	@Test
	void processWithoutALeaseIsOwnerWhileTheLoopTurns() {
		LocalProcess process = start();
		turn();
		this.processes.run(Duration.ofMillis(2900));
		assertThat(process.isOwner()).isTrue();
		turn();
		this.processes.run(Duration.ofMillis(2900));
		assertThat(process.isOwner()).isTrue();
		assertThat(process.context().ownedFor()).isGreaterThan(Duration.ofDays(100_000));
		this.processes.run(Duration.ofMillis(100));
		assertThat(process.isOwner()).isFalse();
		assertThat(process.context().ownedFor()).isZero();
	}

	@Test
	void processWithoutALeaseIsNoOwnerWhenTheMachineWasSuspended() {
		LocalProcess process = start();
		turn();
		this.processes.loop.suspend();
		this.processes.run(Duration.ofSeconds(3));
		this.processes.loop.resume();
		assertThat(process.isOwner()).isFalse();
		assertThat(process.context().ownedFor()).isZero();
	}

	@Test
	void wallClockThatIsSetBackDoesNotProlongTheLeaseOfTheLoop() {
		LocalProcess process = start();
		turn();
		this.processes.loop.clock().step(Duration.ofHours(-1));
		this.processes.run(Duration.ofSeconds(3));
		assertThat(process.isOwner()).isFalse();
	}

	@Test
	void ownershipRestsUntilTheLeaseOfTheLoopIsExtended() {
		LocalProcess process = start();
		turn();
		this.processes.runtime.loopLease().rest();
		assertThat(process.isOwner()).isFalse();
		turn();
		assertThat(process.isOwner()).isTrue();
		process.revoke();
		turn();
		assertThat(process.isOwner()).isFalse();
	}

	@Test
	void whatNeedsAnOwnerWaitsForTheLeaseOfTheLoop() {
		List<String> done = new ArrayList<>();
		LoopLease lease = this.processes.runtime.loopLease();
		lease.whenItHolds(() -> done.add("before"));
		this.processes.run();
		assertThat(done).containsExactly("before");
		lease.rest();
		lease.whenItHolds(() -> done.add("after"));
		this.processes.run(Duration.ofSeconds(1));
		assertThat(done).hasSize(1);
		turn();
		this.processes.run();
		turn();
		this.processes.run();
		assertThat(done).containsExactly("before", "after");
	}

	@Test
	void leaseOfItsOwnDoesNotDependOnTheLoop() {
		LocalProcess process = start();
		lease(process, Duration.ofSeconds(5));
		this.processes.runtime.loopLease().rest();
		assertThat(process.isOwner()).isTrue();
		assertThat(process.context().ownedFor()).isEqualTo(Duration.ofSeconds(5));
	}

	private void turn() {
		this.processes.runtime.loopLease().extend(Moment.of(this.processes.loop).plus(3_000_000_000L));
	}

	@Test
	void raisedEpochIsTheFencingToken() {
		LocalProcess process = start();
		process.raise(17);
		process.raise(5);
		assertThat(process.epoch()).isEqualTo(17);
		assertThat(process.context().fencingToken()).isEqualTo(17);
	}

	private void lease(LocalProcess process, Duration duration) {
		process.lease(this.processes.loop.nanoTime() + duration.toNanos(),
				this.processes.loop.currentTimeMillis() + duration.toMillis());
	}

	private LocalProcess start() {
		this.processes.type("room", (context) -> "instance");
		return this.processes.start("room");
	}

}
