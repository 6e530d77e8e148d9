package io.horde.supervisor;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.horde.cluster.QuorumNotMetException;
import io.horde.node.Changed;
import io.horde.node.HordeNode;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What whole nodes do when a quorum is lost for good, or a process does not stop.
 */
class SupervisorQuorumFaultTests {

	private final TestCluster cluster = new TestCluster(33)
		.settings((settings) -> settings.with(Changed.of(settings.membership(), "seats", 3))
			.with(Changed.of(settings.supervisor(), "distribution", "quorum")));

	@Test
	void lastNodeRunsAllChildrenAgainWhenTheOthersAreForgottenByForce() {
		this.cluster.with("n1", "n2", "n3").startChildren("n1", 20);
		this.cluster.awaitRest(20);
		this.cluster.crash("n2");
		this.cluster.crash("n3");
		this.cluster.simulation.run(Duration.ofSeconds(30));
		assertThat(this.cluster.living()).isEmpty();
		HordeNode last = this.cluster.node("n1").horde;
		assertThatExceptionOfType(QuorumNotMetException.class).isThrownBy(() -> last.cluster().forget("n2"));
		last.cluster().forgetByForce("n2");
		last.cluster().forgetByForce("n3");
		this.cluster.awaitRest(20);
		assertThat(last.cluster().quorum().present()).isTrue();
		assertThat(this.cluster.living()).allMatch((run) -> run.context.isOwner());
	}

	@Test
	void minorityCountsNothingAsTakenOver() {
		this.cluster.with("n1", "n2", "n3").startChildren("n1", 30);
		this.cluster.awaitRest(30);
		long running = this.cluster.living().stream().filter((run) -> run.node.name.equals("n3")).count();
		this.cluster.simulation.network().partition(List.of("n1", "n2"), List.of("n3"));
		this.cluster.simulation.run(Duration.ofSeconds(30));
		assertThat(takeovers("n3")).isZero();
		assertThat(takeovers("n1") + takeovers("n2")).isEqualTo(running).isPositive();
		this.cluster.simulation.network().heal();
		this.cluster.awaitRest(30);
	}

	private long takeovers(String node) {
		return this.cluster.node(node).horde.supervisor().counters().takeovers().sum();
	}

	@Test
	void processThatHasLostItsLeaseIsInterruptedAtOnce() throws InterruptedException {
		this.cluster.with("n1", "n2", "n3").startChildren("n1", 30);
		this.cluster.awaitRest(30);
		TestCluster.Node node = this.cluster.node("n3");
		TestCluster.Run slow = this.cluster.living()
			.stream()
			.filter((run) -> run.node == node)
			.findFirst()
			.orElseThrow();
		Hang hang = new Hang();
		Thread[] thread = new Thread[1];
		node.elsewhere = (task) -> {
			thread[0] = new Thread(task, "slow");
			thread[0].start();
		};
		Objects.requireNonNull(node.horde.runtime().process(slow.id())).offer(hang);
		assertThat(hang.begun.await(10, TimeUnit.SECONDS)).isTrue();
		this.cluster.simulation.network().partition(List.of("n1", "n2"), List.of("n3"));
		this.cluster.await("it is no longer owner", () -> !slow.context.isOwner());
		this.cluster.simulation.run(Duration.ofMillis(10));
		assertThat(hang.interrupted.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(node.horde.runtime().stats().interrupted()).isOne();
		hang.goOn.countDown();
		thread[0].join(10_000);
		this.cluster.simulation.run(Duration.ofSeconds(10));
		assertThat(this.cluster.placesById().get(slow.id())).isNotNull().doesNotContain("n3").hasSize(1);
		this.cluster.simulation.network().heal();
		this.cluster.awaitRest(30);
	}

	/**
	 * A call that waits until it is interrupted. What it does to the simulation then has
	 * to wait until nothing else does anything.
	 */
	private static final class Hang implements Runnable {

		private final CountDownLatch begun = new CountDownLatch(1);

		private final CountDownLatch interrupted = new CountDownLatch(1);

		private final CountDownLatch goOn = new CountDownLatch(1);

		@Override
		public void run() {
			try {
				this.begun.countDown();
				new CountDownLatch(1).await();
			}
			catch (InterruptedException ex) {
				this.interrupted.countDown();
				await();
			}
		}

		private void await() {
			try {
				this.goOn.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

	}

}
