package io.horde.discovery;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.horde.cluster.MemberSource;
import io.horde.cluster.MemberSource.Candidate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link DiscoveryPoller}.
 */
@ExtendWith(OutputCaptureExtension.class)
class DiscoveryPollerTests {

	private static final Candidate A = new Candidate("10.0.0.1:7420", "a");

	private static final Candidate B = new Candidate("10.0.0.2:7420", "b");

	private final Source source = new Source();

	private final BlockingQueue<List<Candidate>> found = new LinkedBlockingQueue<>();

	private final BlockingQueue<String> failed = new LinkedBlockingQueue<>();

	private final DiscoveryCounters counters = new DiscoveryCounters();

	private final DiscoveryPoller poller = new DiscoveryPoller(this.source, Duration.ofHours(1), this.found::add,
			this.failed::add, this.counters);

	@AfterEach
	void stop() {
		this.poller.stop();
	}

	@Test
	void firstQuestionIsAskedAtOnce() throws InterruptedException {
		this.source.answers.add(List.of(A));
		this.poller.start();
		assertThat(next()).containsExactly(A);
	}

	@Test
	void changeOfTheSourceLeadsToQuestion() throws InterruptedException {
		this.source.answers.add(List.of(A));
		this.poller.start();
		next();
		assertThat(ask(List.of(A, B))).containsExactly(A, B);
	}

	@Test
	void manyChangesDuringOneQuestionLeadToOneMore() throws InterruptedException {
		this.source.gate = new CountDownLatch(1);
		this.source.answers.add(List.of(A));
		this.poller.start();
		await().untilAsserted(() -> assertThat(this.source.questions).hasValue(1));
		for (int i = 0; i < 100; i++) {
			this.poller.wake();
		}
		this.source.answers.add(List.of(B));
		this.source.gate.countDown();
		next();
		next();
		await().during(Duration.ofMillis(100)).untilAsserted(() -> assertThat(this.source.questions).hasValue(2));
	}

	@Test
	void missingCandidateIsKeptForSomeAnswers() throws InterruptedException {
		this.source.answers.add(List.of(A, B));
		this.poller.start();
		next();
		assertThat(ask(List.of(A))).containsExactly(A, B);
		assertThat(ask(List.of(A))).containsExactly(A, B);
		assertThat(ask(List.of(A))).containsExactly(A);
	}

	@Test
	void emptyAnswerDoesNotCountAgainstCandidates(CapturedOutput output) throws InterruptedException {
		this.source.answers.add(List.of(A));
		this.poller.start();
		next();
		for (int i = 0; i < 5; i++) {
			askInVain();
		}
		assertThat(this.found).isEmpty();
		assertThat(ask(List.of(A))).containsExactly(A);
		assertThat(output.toString().split("has no instances any more", -1)).hasSize(2);
	}

	@Test
	void answersAreCountedByTheirKind() throws InterruptedException {
		this.source.answers.add(List.of(A));
		this.poller.start();
		next();
		askInVain();
		await().untilAsserted(() -> assertThat(this.counters.emptyAnswers()).hasValue(1));
		this.source.failure = new IllegalStateException("registry is on fire");
		askInVain();
		await().untilAsserted(() -> assertThat(this.counters.failures()).hasValue(1));
		assertThat(this.counters.answers()).hasValue(1);
	}

	@Test
	void failureIsReportedOnceUntilThereWasAnAnswer(CapturedOutput output) throws InterruptedException {
		this.source.failure = new IllegalStateException("registry is on fire");
		this.poller.start();
		assertThat(this.failed.poll(5, TimeUnit.SECONDS)).contains("registry is on fire");
		this.poller.wake();
		assertThat(this.failed.poll(5, TimeUnit.SECONDS)).isNotNull();
		this.source.failure = null;
		assertThat(ask(List.of(A))).containsExactly(A);
		assertThat(output.toString().split("WARN.*registry is on fire", -1)).hasSize(2);
		this.source.failure = new IllegalStateException("registry is on fire again");
		this.poller.wake();
		assertThat(this.failed.poll(5, TimeUnit.SECONDS)).isNotNull();
		assertThat(output.toString().split("WARN.*registry is on fire", -1)).hasSize(3);
	}

	@Test
	void unknownServiceIsReportedWithTheRemedy(CapturedOutput output) throws InterruptedException {
		this.poller.start();
		askInVain();
		askInVain();
		askInVain();
		assertThat(output).contains("the test has no instances").contains("horde.cluster.members");
		assertThat(output.toString().split("There is nobody to join", -1)).hasSize(2);
	}

	@Test
	void stoppedPollerAsksNoMoreAndCanStartAgain() throws InterruptedException {
		this.source.answers.add(List.of(A));
		this.poller.start();
		next();
		this.poller.stop();
		this.poller.wake();
		await().during(Duration.ofMillis(100)).untilAsserted(() -> assertThat(this.source.questions).hasValue(1));
		this.source.answers.add(List.of(A));
		this.poller.start();
		assertThat(next()).containsExactly(A);
	}

	private List<Candidate> ask(List<Candidate> answer) throws InterruptedException {
		this.source.answers.add(answer);
		this.poller.wake();
		return next();
	}

	private void askInVain() {
		int before = this.source.questions.get();
		this.poller.wake();
		await().untilAsserted(() -> assertThat(this.source.questions).hasValueGreaterThan(before));
	}

	private List<Candidate> next() throws InterruptedException {
		List<Candidate> candidates = this.found.poll(5, TimeUnit.SECONDS);
		assertThat(candidates).isNotNull();
		return candidates;
	}

	private static final class Source implements MemberSource {

		private final BlockingQueue<List<Candidate>> answers = new LinkedBlockingQueue<>();

		private final AtomicInteger questions = new AtomicInteger();

		private volatile @Nullable RuntimeException failure;

		private volatile @Nullable CountDownLatch gate;

		@Override
		public List<Candidate> candidates() throws Exception {
			this.questions.incrementAndGet();
			CountDownLatch gate = this.gate;
			if (gate != null) {
				gate.await();
			}
			RuntimeException failure = this.failure;
			if (failure != null) {
				throw failure;
			}
			List<Candidate> answer = this.answers.poll();
			return (answer != null) ? answer : List.of();
		}

		@Override
		public String description() {
			return "the test";
		}

	}

}
