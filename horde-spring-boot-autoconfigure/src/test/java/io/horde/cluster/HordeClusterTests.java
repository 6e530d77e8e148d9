package io.horde.cluster;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.horde.node.Changed;
import io.horde.supervisor.TestCluster;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what {@link HordeCluster} tells, and of waiting for quorum.
 */
class HordeClusterTests {

	private final TestCluster cluster = new TestCluster(51);

	@Test
	void membersAreWhatTheirNodesSayOfThemselves() {
		this.cluster
			.settings((all) -> all
				.with(Changed.of(all.membership(), "labels", Map.of("zone", "a"), "weight", 3, "version", "1.2.3")))
			.with("n1", "n2");
		assertThat(horde("n1").members()).extracting(Member::name).containsExactly("n1", "n2");
		assertThat(horde("n1").self()).isEqualTo(horde("n1").members().get(0));
		assertThat(horde("n1").members().get(1)).satisfies((member) -> {
			assertThat(member.self()).isFalse();
			assertThat(member.address()).isEqualTo("n2:7420");
			assertThat(member.status()).isEqualTo(MemberStatus.UP);
			assertThat(member.incarnation()).isEqualTo(horde("n2").self().incarnation());
			assertThat(member.labels()).isEqualTo(Map.of("zone", "a"));
			assertThat(member.weight()).isEqualTo(3);
			assertThat(member.version()).isEqualTo("1.2.3");
			assertThat(member.processTypes()).containsExactlyInAnyOrder("job", "room", "temp");
		});
	}

	@Test
	void quorumIsCountedInVoters() {
		quorum();
		this.cluster.with("n1", "n2", "n3");
		this.cluster.await("all vote", () -> horde("n1").quorum().equals(new Quorum(true, 3, 2, 3)));
		this.cluster.crash("n3");
		this.cluster.await("two answer", () -> horde("n1").quorum().reachable() == 2);
		assertThat(horde("n1").quorum().present()).isTrue();
		this.cluster.crash("n2");
		this.cluster.await("one is left", () -> !horde("n1").quorum().present());
		assertThat(horde("n1").quorum().required()).isEqualTo(2);
		assertThat(horde("n1").quorum().seats()).isEqualTo(3);
	}

	@Test
	void whereQuorumIsNotUsedThereIsNone() throws InterruptedException {
		this.cluster.with("n1");
		assertThat(horde("n1").quorum().seats()).isZero();
		assertThat(horde("n1").awaitQuorum(Duration.ZERO)).isFalse();
	}

	@Test
	void quorumThatIsThereIsNotWaitedFor() throws InterruptedException {
		quorum();
		this.cluster.with("n1", "n2", "n3");
		this.cluster.await("there is a quorum", () -> horde("n1").quorum().present());
		assertThat(horde("n1").awaitQuorum(Duration.ZERO)).isTrue();
		assertThat(horde("n1").awaitQuorum(Duration.ofSeconds(-1))).isTrue();
	}

	@Test
	void quorumThatDoesNotComeIsWaitedForUntilTheTimeout() throws InterruptedException {
		quorum();
		this.cluster.with("n1");
		long begin = System.nanoTime();
		assertThat(horde("n1").awaitQuorum(Duration.ofMillis(20))).isFalse();
		assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
	}

	@Test
	void whoWaitsForQuorumIsWokenWhenItIsThere() throws Exception {
		quorum();
		this.cluster.with("n1");
		CompletableFuture<Boolean> waited = new CompletableFuture<>();
		Thread thread = waiting(waited);
		this.cluster.with("n2");
		this.cluster.await("there is a quorum", () -> horde("n1").quorum().present());
		assertThat(waited.get(10, TimeUnit.SECONDS)).isTrue();
		thread.join(10_000);
	}

	@Test
	void whoWaitsForQuorumCanBeInterrupted() throws Exception {
		quorum();
		this.cluster.with("n1");
		CompletableFuture<Boolean> waited = new CompletableFuture<>();
		Thread thread = waiting(waited);
		thread.interrupt();
		assertThat(waited).failsWithin(Duration.ofSeconds(10))
			.withThrowableThat()
			.withCauseInstanceOf(InterruptedException.class);
	}

	private Thread waiting(CompletableFuture<Boolean> waited) throws InterruptedException {
		CountDownLatch begun = new CountDownLatch(1);
		Thread thread = new Thread(() -> {
			begun.countDown();
			try {
				waited.complete(horde("n1").awaitQuorum(ChronoUnit.FOREVER.getDuration()));
			}
			catch (InterruptedException ex) {
				waited.completeExceptionally(ex);
			}
		});
		thread.start();
		assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
		return thread;
	}

	private HordeCluster horde(String node) {
		return this.cluster.node(node).horde.cluster();
	}

	private void quorum() {
		this.cluster.settings((settings) -> settings.with(Changed.of(settings.membership(), "seats", 3))
			.with(Changed.of(settings.supervisor(), "distribution", "quorum")));
	}

}
