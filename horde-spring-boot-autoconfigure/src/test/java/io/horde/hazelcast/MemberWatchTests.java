package io.horde.hazelcast;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

import io.horde.test.SimulatedEventLoop;
import io.horde.test.Simulation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link MemberWatch}.
 */
class MemberWatchTests {

	private final Simulation simulation = new Simulation(1);

	private final SimulatedEventLoop loop = this.simulation.eventLoop("n1");

	private final Members members = new Members();

	private Executor background = Runnable::run;

	private final MemberWatch<Integer> watch = new MemberWatch<>(this.loop, (task) -> this.background.execute(task),
			this.members);

	@Test
	void nothingHappensWhileAllIsWell() {
		begin();
		this.simulation.run(Duration.ofMinutes(5));
		assertThat(this.members.events).isEmpty();
	}

	@Test
	void anotherOneIsStartedForOneThatIsGone() {
		begin();
		this.simulation.run(Duration.ofSeconds(10));
		this.members.trouble = "gone";
		this.simulation.run(Duration.ofSeconds(5));
		assertThat(this.members.events).containsExactly("retire 0", "dispose 0", "create 1", "adopt 1");
	}

	@Test
	void afterFiveAttemptsOverTenSecondsItIsGivenUp() {
		begin();
		this.members.failure = "no memory";
		this.members.trouble = "gone";
		this.simulation.run(Duration.ofMillis(9900));
		assertThat(this.members.events).doesNotContain("failed");
		this.simulation.run(Duration.ofSeconds(3));
		assertThat(this.members.events).containsExactly("retire 0", "dispose 0", "create 1", "create 2", "create 3",
				"create 4", "create 5", "failed");
		assertThat(this.members.reason).contains("no memory");
		this.simulation.run(Duration.ofMinutes(5));
		assertThat(this.members.events).hasSize(8);
	}

	@Test
	void attemptThatSucceedsInTimeIsTheLast() {
		begin();
		this.members.failure = "no memory";
		this.members.trouble = "gone";
		this.simulation.run(Duration.ofSeconds(4));
		this.members.failure = null;
		this.simulation.run(Duration.ofMinutes(5));
		assertThat(this.members.events).containsExactly("retire 0", "dispose 0", "create 1", "create 2", "create 3",
				"adopt 3");
	}

	@Test
	void whatIsGoneAgainAndAgainIsGivenUp() {
		begin();
		for (int i = 0; i < MemberWatch.ATTEMPTS + 1; i++) {
			this.members.trouble = "gone";
			this.simulation.run(Duration.ofSeconds(10));
		}
		assertThat(this.members.events).endsWith("retire 5", "failed");
	}

	@Test
	void attemptsAreForgottenAfterAQuietTime() {
		begin();
		for (int i = 0; i < 3 * MemberWatch.ATTEMPTS; i++) {
			this.members.trouble = "gone";
			this.simulation.run(MemberWatch.STABLE.plusSeconds(5));
		}
		assertThat(this.members.events).doesNotContain("failed").endsWith("adopt " + 3 * MemberWatch.ATTEMPTS);
	}

	@Test
	void whatIsStartedWhenItIsNoLongerWantedIsStopped() {
		List<Runnable> tasks = new ArrayList<>();
		this.background = tasks::add;
		begin();
		this.members.trouble = "gone";
		this.simulation.run(Duration.ofSeconds(2));
		this.background = Runnable::run;
		this.members.created = this.watch::end;
		tasks.forEach(Runnable::run);
		this.simulation.run(Duration.ofSeconds(2));
		assertThat(this.members.events).containsExactly("retire 0", "dispose 0", "create 1", "dispose 1");
	}

	@Test
	void threadThatCannotBeStartedIsAFailedAttempt() {
		this.background = (task) -> {
			throw new OutOfMemoryError("unable to create native thread");
		};
		begin();
		this.members.trouble = "gone";
		this.simulation.run(Duration.ofSeconds(4));
		this.background = Runnable::run;
		this.simulation.run(Duration.ofSeconds(4));
		assertThat(this.members.events).containsExactly("retire 0", "dispose 0", "create 1", "adopt 1");
	}

	private void begin() {
		this.loop.execute(() -> this.watch.begin(0));
	}

	private static final class Members implements MemberWatch.Watched<Integer> {

		private final List<String> events = new ArrayList<>();

		private int last;

		private @Nullable String trouble;

		private @Nullable String failure;

		private String reason = "";

		private Runnable created = () -> {
		};

		@Override
		public @Nullable String trouble(Integer running) {
			return this.trouble;
		}

		@Override
		public void retire(Integer running) {
			this.events.add("retire " + running);
		}

		@Override
		public void dispose(Integer retired) {
			this.events.add("dispose " + retired);
		}

		@Override
		public Integer create() {
			int number = ++this.last;
			this.events.add("create " + number);
			if (this.failure != null) {
				throw new IllegalStateException(this.failure);
			}
			this.trouble = null;
			this.created.run();
			return number;
		}

		@Override
		public void adopt(Integer created) {
			this.events.add("adopt " + created);
		}

		@Override
		public void failed(String reason) {
			this.reason = reason;
			this.events.add("failed");
		}

	}

}
