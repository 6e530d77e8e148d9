package io.horde.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.horde.sample.Spans.Overlap;
import io.horde.sample.Spans.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Spans}: its arithmetic on lines written by hand.
 */
class SpansTests {

	private final Spans spans = new Spans();

	@Test
	void oneRunAfterTheOtherIsNoOverlap() {
		span("a", "n1", 1, 100, 200);
		span("a", "n2", 1, 200, 300);
		assertThat(overlaps("a")).isEmpty();
		assertThat(this.spans.handOvers("a", 0, 1000)).isEqualTo(1);
	}

	@Test
	void twoRunsAtOnceOverlap() {
		span("a", "n1", 1, 100, 250);
		span("a", "n2", 1, 200, 300);
		assertThat(overlaps("a")).singleElement().satisfies((overlap) -> {
			assertThat(overlap.nanos()).isEqualTo(50);
			assertThat(overlap.runs()).extracting(Run::node).containsExactlyInAnyOrder("n1", "n2");
		});
	}

	@Test
	void bodiesOfOneRunDoNotOverlap() {
		span("a", "n1", 1, 100, 300);
		span("a", "n1", 2, 150, 200);
		assertThat(overlaps("a")).isEmpty();
	}

	@Test
	void bodyOfAnotherRunWithinTwoOfOneRunIsOneOverlap() {
		span("a", "n1", 1, 100, 300);
		span("a", "n1", 2, 150, 200);
		span("a", "n2", 1, 120, 180);
		assertThat(overlaps("a")).extracting(Overlap::nanos).containsExactly(60L);
	}

	@Test
	void childrenDoNotOverlapEachOther() {
		span("a", "n1", 1, 100, 300);
		span("b", "n2", 1, 100, 300);
		assertThat(overlaps("a")).isEmpty();
	}

	@Test
	void overlapIsCutToTheTimeThatIsLookedAt() {
		span("a", "n1", 1, 100, 300);
		span("a", "n2", 1, 200, 400);
		assertThat(this.spans.overlaps("a", 250, 260)).extracting(Overlap::nanos).containsExactly(10L);
		assertThat(this.spans.overlaps("a", 300, 400)).isEmpty();
	}

	@Test
	void killedBodyLastsUntilItWasLastHeard() {
		line("begin", "a", "n1", 1, 100, true);
		line("beat", "a", "n1", 1, 200, true);
		span("a", "n2", 1, 190, 300);
		assertThat(overlaps("a")).extracting(Overlap::nanos).containsExactly(10L);
	}

	@Test
	void pausedNodeRunsNothing() {
		line("begin", "a", "n1", 1, 100, true);
		line("interrupted", "a", "n1", 1, 1000, false);
		span("a", "n2", 1, 500, 2000);
		this.spans.paused("n1", 200, 960);
		assertThat(overlaps("a")).extracting(Overlap::nanos).containsExactly(40L);
		assertThat(this.spans.stillRunning("a", List.of("n1"), 200, 960, 3000)).isEqualTo(1);
		assertThat(this.spans.interruptedAfter("a", List.of("n1"), 200, 960, 3000)).containsExactly(1000L);
	}

	@Test
	void pauseOfAnotherNodeChangesNothing() {
		span("a", "n1", 1, 100, 300);
		span("a", "n2", 1, 200, 300);
		this.spans.paused("n3", 0, 1000);
		assertThat(overlaps("a")).extracting(Overlap::nanos).containsExactly(100L);
	}

	@Test
	void ownersOverlapWhileBothAreTold() {
		line("begin", "a", "n1", 1, 100, true);
		line("beat", "a", "n1", 1, 200, true);
		line("end", "a", "n1", 1, 300, false);
		line("begin", "a", "n2", 1, 150, false);
		line("beat", "a", "n2", 1, 180, true);
		line("beat", "a", "n2", 1, 400, true);
		assertThat(overlaps("a")).extracting(Overlap::nanos).containsExactly(150L);
		assertThat(this.spans.overlapsOfOwners("a", 0, 1000)).extracting(Overlap::nanos).containsExactly(19L);
	}

	@Test
	void ownershipThatWasDeniedInBetweenIsNone() {
		line("begin", "a", "n1", 1, 100, true);
		line("beat", "a", "n1", 1, 200, false);
		line("end", "a", "n1", 1, 300, true);
		line("begin", "a", "n2", 1, 150, true);
		line("end", "a", "n2", 1, 250, true);
		assertThat(this.spans.overlapsOfOwners("a", 0, 1000)).isEmpty();
	}

	@Test
	void beginBesideAnotherOwnerIsCounted() {
		span("a", "n1", 1, 100, 300);
		line("begin", "a", "n2", 1, 200, false);
		line("begin", "a", "n1", 2, 200, true);
		line("begin", "a", "n2", 2, 400, false);
		assertThat(this.spans.beginsBesideOwner("a", 0, 1000)).isEqualTo(1);
		assertThat(this.spans.beginsOfOthers("a", 0, 1000)).isEqualTo(2);
	}

	@Test
	void interruptedBodiesAreCountedWhenTheyEnd() {
		line("begin", "a", "n1", 1, 100, true);
		line("interrupted", "a", "n1", 1, 200, false);
		span("a", "n1", 2, 100, 200);
		assertThat(this.spans.interrupted("a", 150, 300)).isEqualTo(1);
		assertThat(this.spans.interrupted("a", 300, 400)).isZero();
	}

	@Test
	void runIsHeardAtItsLastLine() {
		span("a", "n1", 1, 100, 200);
		span("a", "n2", 1, 210, 300);
		assertThat(this.spans.heard("a", 200)).extracting(Run::node).containsExactly("n1", "n2");
		assertThat(this.spans.heard("a", 250)).extracting(Run::node).containsExactly("n2");
	}

	@Test
	void whatIsNotYetWrittenToItsEndIsReadLater(@TempDir Path directory) throws IOException {
		Path file = Spans.file(directory, "n1");
		Files.writeString(file, "begin a n1 r 1 100 101 1 7\nbeat a n1 r 1 2");
		this.spans.read(directory);
		assertThat(this.spans.heard("a", 101)).isEmpty();
		Files.writeString(file, "begin a n1 r 1 100 101 1 7\nbeat a n1 r 1 200 201 1 7\n");
		this.spans.read(directory);
		assertThat(this.spans.heard("a", 200)).containsExactly(new Run("r", "n1"));
	}

	private List<Overlap> overlaps(String child) {
		return this.spans.overlaps(child, 0, 10_000);
	}

	private void span(String child, String node, int span, long first, long last) {
		line("begin", child, node, span, first, true);
		line("end", child, node, span, last, true);
	}

	private void line(String kind, String child, String node, int span, long stamp, boolean owner) {
		this.spans.accept("%s %s %s run-of-%s %d %d %d %d 1".formatted(kind, child, node, node, span, stamp, stamp + 1,
				owner ? 1 : 0));
	}

}
