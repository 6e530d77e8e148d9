package io.horde.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Recording}: its arithmetic on lines written by hand.
 */
class RecordingTests {

	private final Recording recording = new Recording();

	@Test
	void oneOwnerAfterTheOtherLeavesGapAndNoOverlap() {
		owner("a", 1, "n1", 100, 200);
		owner("a", 2, "n2", 260, 400);
		assertThat(this.recording.gap("a")).isEqualTo(60);
		assertThat(this.recording.overlap("a")).isZero();
	}

	@Test
	void twoOwnersAtOnceOverlapFromTheFirstOfOneToTheLastOfTheOther() {
		owner("a", 1, "n1", 100, 300);
		owner("a", 2, "n2", 260, 400);
		assertThat(this.recording.overlap("a")).isEqualTo(40);
		assertThat(this.recording.gap("a")).isZero();
	}

	@Test
	void ownershipSpansWhatWasDeniedInBetween() {
		owner("a", 1, "n1", 100, 100);
		tick("a", 1, "n1", 200, false);
		tick("a", 1, "n1", 300, true);
		owner("a", 2, "n2", 150, 180);
		assertThat(this.recording.overlap("a")).isEqualTo(30);
	}

	@Test
	void timeWithThreeOwnersCountsOnce() {
		owner("a", 1, "n1", 0, 100);
		owner("a", 2, "n2", 20, 80);
		owner("a", 3, "n3", 30, 40);
		assertThat(this.recording.overlap("a")).isEqualTo(60);
	}

	@Test
	void shortOwnerWithinALongOneLeavesNoGap() {
		owner("a", 1, "n1", 0, 100);
		owner("a", 2, "n2", 20, 30);
		owner("a", 3, "n1", 110, 120);
		assertThat(this.recording.gap("a")).isEqualTo(10);
	}

	@Test
	void twoInstancesOnOneNodeAreTwoOwners() {
		this.recording.accept("T 100 a 1 n1 7-1 1");
		this.recording.accept("T 300 a 1 n1 7-1 1");
		this.recording.accept("T 200 a 1 n1 7-2 1");
		this.recording.accept("T 250 a 1 n1 7-2 1");
		assertThat(this.recording.overlap("a")).isEqualTo(50);
	}

	@Test
	void childWithoutStampAfterATimeIsLost() {
		owner("a", 1, "n1", 0, 100);
		owner("b", 1, "n1", 0, 50);
		tick("b", 1, "n1", 90, false);
		assertThat(this.recording.lost(List.of("a", "b", "c"), 60)).containsExactly("b", "c");
	}

	@Test
	void childWithTwoOwnersAfterATimeIsDoubled() {
		owner("a", 1, "n1", 0, 100);
		owner("a", 2, "n2", 50, 200);
		assertThat(this.recording.doubled(90)).containsExactly("a");
		assertThat(this.recording.doubled(100)).isEmpty();
		assertThat(this.recording.single(60)).isEqualTo(100);
		assertThat(this.recording.single(150)).isEqualTo(150);
	}

	@Test
	void ownerThatFollowsAnotherIsNoSecondOne() {
		owner("a", 1, "n1", 0, 100);
		owner("a", 2, "n2", 110, 200);
		assertThat(this.recording.single(50)).isEqualTo(50);
	}

	@Test
	void workUnderATokenBelowTheHighestSeenIsRefused() {
		tick("a", 1, "n1", 100, true);
		tick("a", 1, "n1", 200, true);
		tick("a", 1, "n1", 300, true);
		tick("a", 2, "n2", 150, true);
		tick("a", 2, "n2", 160, true);
		assertThat(this.recording.refused()).isEqualTo(2);
	}

	@Test
	void backElsewhereIsTheLatestOfTheFirstStampsOfOthers() {
		owner("a", 1, "n3", 0, 100);
		owner("b", 1, "n3", 0, 500);
		owner("a", 2, "n1", 130, 500);
		owner("b", 2, "n2", 170, 500);
		assertThat(this.recording.ownedBy(List.of("n3"), 90, 100)).containsExactly("a", "b");
		assertThat(this.recording.backElsewhere(List.of("a", "b"), List.of("n3"), 100)).isEqualTo(170);
		assertThat(this.recording.backElsewhere(List.of("a", "c"), List.of("n3"), 100)).isEqualTo(Long.MAX_VALUE);
		assertThat(this.recording.lastOwnership(List.of("n3"), 300)).isEqualTo(100);
	}

	@Test
	void lastStartIsThatOfAnotherNode() {
		this.recording.accept("S 120 a 2 n1 7-1 0");
		this.recording.accept("S 150 b 2 n2 8-1 0");
		this.recording.accept("S 170 c 2 n3 9-1 0");
		assertThat(this.recording.lastStart(List.of("n3"), 100)).isEqualTo(150);
	}

	@Test
	void tornLineIsLeftOut() {
		this.recording.accept("T 100 a 1 n1 7-1");
		this.recording.accept("T 100 a 1 n1 7-1 ");
		this.recording.accept("00 a 1 n1 7-1 1");
		assertThat(this.recording.lost(List.of("a"), 0)).containsExactly("a");
	}

	@Test
	void onlyWhatWasWrittenSinceTheMarkIsRead(@TempDir Path directory) throws IOException {
		Path file = Recording.file(directory, "n1");
		Files.writeString(file, "T 100 a 1 n1 7-1 1\n");
		Map<Path, Long> mark = Recording.mark(directory);
		Files.writeString(file, "T 100 a 1 n1 7-1 1\nT 200 b 1 n1 7-2 1\n");
		Files.writeString(Recording.file(directory, "n2"), "T 300 c 1 n2 8-1 1\n");
		assertThat(Recording.since(directory, mark).lost(List.of("a", "b", "c"), 0)).containsExactly("a");
	}

	private void owner(String child, long token, String node, long first, long last) {
		tick(child, token, node, first, true);
		tick(child, token, node, last, true);
	}

	private void tick(String child, long token, String node, long stamp, boolean owner) {
		this.recording.accept("T %d %s %d %s %s-1 %d".formatted(stamp, child, token, node, node, owner ? 1 : 0));
	}

}
