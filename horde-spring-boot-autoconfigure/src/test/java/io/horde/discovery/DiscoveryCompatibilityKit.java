package io.horde.discovery;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.horde.cluster.MemberSource;
import io.horde.cluster.MemberSource.Candidate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What every place where candidates come from has to do. An implementation says how
 * instances come and go there, and what it cannot do.
 */
abstract class DiscoveryCompatibilityKit {

	static final Duration SOON = Duration.ofSeconds(30);

	private static final Duration OFTEN = Duration.ofMillis(200);

	private final DiscoveryCounters counters = new DiscoveryCounters();

	private final List<List<Candidate>> found = new CopyOnWriteArrayList<>();

	private DiscoveryPoller poller;

	/**
	 * Start to look, as a node named {@code self} that is listed itself.
	 * @return the source under test
	 */
	protected abstract MemberSource look() throws Exception;

	/**
	 * Return what {@link #look()} is listed as.
	 */
	protected abstract Candidate self();

	/**
	 * Let an instance appear.
	 * @param node its node name
	 * @param ephemeral whether its port is known only once it is bound
	 * @return the candidate that it should be
	 */
	protected abstract Candidate join(String node, boolean ephemeral) throws Exception;

	/**
	 * Let an instance disappear.
	 */
	protected abstract void leave(String node) throws Exception;

	/**
	 * Let the registry answer no more.
	 */
	protected abstract void fail() throws Exception;

	/**
	 * Let the registry answer again.
	 */
	protected abstract void recover() throws Exception;

	/**
	 * Let the application that looks be closed, as far as its discovery client is
	 * concerned.
	 */
	protected abstract void closeClient() throws Exception;

	protected boolean canChange() {
		return true;
	}

	protected boolean canFail() {
		return true;
	}

	protected boolean startsWithoutRegistry() {
		return true;
	}

	protected boolean tellsFailures() {
		return canFail();
	}

	protected boolean tellsChanges() {
		return true;
	}

	protected boolean tellsNames() {
		return true;
	}

	@AfterEach
	void stopPoller() {
		if (this.poller != null) {
			this.poller.stop();
		}
	}

	@Test
	void candidatesTellPortAndNodeName() throws Exception {
		Candidate fixed = join("fixed", false);
		poll(look(), OFTEN);
		awaitFound(fixed);
		assertThat(fixed.nodeName()).isEqualTo(tellsNames() ? "fixed" : "");
	}

	@Test
	void portThatWasChosenAtTheStartIsTold() throws Exception {
		assumeTrue(canChange(), "It lists what is known beforehand");
		poll(look(), OFTEN);
		Candidate ephemeral = join("ephemeral", true);
		awaitFound(ephemeral);
		assertThat(ephemeral.address()).doesNotEndWith(":0").doesNotEndWith(":7420");
	}

	@Test
	void thisNodeIsRecognisedByItsOwnAddress() throws Exception {
		MemberSource source = look();
		await().atMost(SOON).ignoreExceptions().untilAsserted(() -> assertThat(source.candidates()).contains(self()));
		assertThat(source.expectsOthers()).isTrue();
	}

	@Test
	void changeLeadsToQuestionAtOnce() throws Exception {
		assumeTrue(tellsChanges(), "It never tells of a change");
		poll(look(), Duration.ofHours(1));
		awaitFound(self());
		awaitFound(join("late", false));
	}

	@Test
	void instanceThatIsGoneIsDroppedAfterSomeAnswersOnly() throws Exception {
		assumeTrue(canChange(), "It always lists the same");
		Candidate gone = join("gone", false);
		poll(look(), OFTEN);
		awaitFound(gone);
		leave("gone");
		await().atMost(SOON).untilAsserted(() -> assertThat(last()).doesNotContain(gone).contains(self()));
		assertThat(this.found).allSatisfy((candidates) -> assertThat(candidates).isNotEmpty());
	}

	@Test
	void registryThatDoesNotAnswerChangesNothingAndIsAskedAgain() throws Exception {
		assumeTrue(canFail(), "It always answers");
		Candidate known = join("known", false);
		poll(look(), OFTEN);
		awaitFound(known);
		long troubles = troubles();
		fail();
		if (tellsFailures()) {
			await().atMost(SOON).untilAsserted(() -> assertThat(troubles()).isGreaterThan(troubles + 2));
		}
		else {
			long answers = this.counters.answers().sum();
			await().atMost(SOON)
				.untilAsserted(() -> assertThat(this.counters.answers().sum()).isGreaterThan(answers + 2));
		}
		assertThat(last()).contains(known);
		recover();
		awaitFound(join("newcomer", false));
		awaitFound(self());
	}

	@Test
	void registryThatIsDownAtTheStartIsFoundWhenItIsBack() throws Exception {
		assumeTrue(canFail(), "It is always there");
		if (startsWithoutRegistry()) {
			fail();
			poll(look(), OFTEN);
		}
		else {
			MemberSource source = look();
			fail();
			poll(source, OFTEN);
		}
		await().atMost(SOON).untilAsserted(() -> assertThat(troubles()).isPositive());
		recover();
		awaitFound(self());
		awaitFound(join("other", false));
	}

	@Test
	void closingChangesNothing() throws Exception {
		Candidate known = join("known", false);
		poll(look(), OFTEN);
		awaitFound(known);
		awaitFound(self());
		closeClient();
		this.poller.wake();
		await().during(OFTEN.multipliedBy(5))
			.atMost(SOON)
			.untilAsserted(
					() -> assertThat(this.found).allSatisfy((candidates) -> assertThat(candidates).isNotEmpty()));
		assertThat(last()).contains(known);
	}

	private void poll(MemberSource source, Duration interval) {
		this.poller = new DiscoveryPoller(source, interval, this.found::add, (reason) -> {
		}, this.counters);
		this.poller.start();
	}

	private long troubles() {
		return this.counters.failures().sum() + this.counters.emptyAnswers().sum();
	}

	private List<Candidate> last() {
		return this.found.isEmpty() ? List.of() : this.found.get(this.found.size() - 1);
	}

	private void awaitFound(Candidate candidate) {
		await().atMost(SOON).untilAsserted(() -> assertThat(last()).contains(candidate));
	}

}
