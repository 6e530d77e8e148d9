package io.horde.replication;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

import io.horde.replication.HistoryEvent.Changed;
import io.horde.replication.HistoryEvent.Entry;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests of histories and of {@link HistoryChecker}: that it accepts good ones, and none
 * that someone has tampered with.
 */
class HistoryTests {

	private static final String A = "a#1";

	private static final String B = "b#2";

	private static final Entry ENTRY = new Entry("names", "k", "b#2:1", "new", 7, true);

	private static List<HistoryEvent> good() {
		return List.of(HistoryEvent.of("start", 0, A), HistoryEvent.of("start", 0, B),
				HistoryEvent.write(1, A, List.of(new Changed("a#1:1", "put", "names", "k", "old", List.of()))),
				HistoryEvent.held(2, A, "a#1:1", List.of(A, B)),
				HistoryEvent.read(3, B, "names", "k", List.of("a#1:1"), "old"),
				HistoryEvent.write(4, B, List.of(new Changed("b#2:1", "put", "names", "k", "new", List.of("a#1:1")))),
				HistoryEvent.read(5, B, "names", "k", List.of("b#2:1"), "new"), end(A, List.of(ENTRY)),
				end(B, List.of(ENTRY)));
	}

	private static HistoryEvent end(String node, List<Entry> entries) {
		return HistoryEvent.end(9, node, Map.of(A, 1L, B, 1L), List.of(), entries);
	}

	private static void rejects(UnaryOperator<HistoryEvent> tampering, String message) {
		assertThatThrownBy(() -> HistoryChecker.verify(good().stream().map(tampering).toList()))
			.isInstanceOf(AssertionError.class)
			.hasMessageContaining(message);
	}

	@Test
	void aHistoryThatWasWrittenAsLinesIsVerified() {
		ReplicationSimulation simulation = new ReplicationSimulation(7);
		simulation.run();
		List<String> lines = simulation.history().stream().map(HistoryEvent::toJson).toList();
		assertThat(lines).noneMatch((line) -> line.contains("\n")).hasSizeGreaterThan(50);
		List<HistoryEvent> read = lines.stream().map(HistoryEvent::fromJson).toList();
		assertThat(read).isEqualTo(simulation.history());
		HistoryChecker.verify(read);
	}

	@Test
	void aGoodHistoryIsAccepted() {
		HistoryChecker.verify(good());
	}

	@Test
	void replicasThatDifferAreRejected() {
		rejects((event) -> event.event().equals("final") && event.node().equals(B) ? end(B, List.of()) : event,
				"differs");
	}

	@Test
	void aLostWriteIsRejected() {
		rejects((event) -> event.event().equals("final") ? end(event.node(), List.of()) : event, "lacks b#2:1");
	}

	@Test
	void aResurrectedEntryIsRejected() {
		Entry old = new Entry("names", "k", "a#1:1", "old", 3, false);
		rejects((event) -> event.event().equals("final") ? end(event.node(), List.of(ENTRY, old)) : event,
				"which is replaced");
	}

	@Test
	void aReadOfWhatTheNodeHasReplacedIsRejected() {
		rejects((event) -> (event.at() == 5) ? HistoryEvent.read(5, B, "names", "k", List.of("a#1:1"), "old") : event,
				"was gone there");
	}

	@Test
	void aReadThatMissesAnOwnWriteIsRejected() {
		rejects((event) -> (event.at() == 5) ? HistoryEvent.read(5, B, "names", "k", List.of(), null) : event,
				"nobody has replaced");
	}

	@Test
	void anAcknowledgementThatNobodyElseCanGiveIsRejected() {
		rejects((event) -> (event.at() == 2) ? HistoryEvent.held(2, A, "a#1:1", List.of(A)) : event, "R10");
	}

	@Test
	void aGapInASequenceIsRejected() {
		List<Changed> skipping = List.of(new Changed("b#2:2", "put", "names", "k", "new", List.of("a#1:1")));
		rejects((event) -> (event.at() == 4) ? HistoryEvent.write(4, B, skipping) : event, "gap");
	}

	@Test
	void anOwnerThatRemovesWhatOthersWroteIsRejected() {
		List<Changed> greedy = List.of(new Changed("b#2:1", "removeOwn", "names", "k", null, List.of("a#1:1")));
		rejects((event) -> (event.at() == 4) ? HistoryEvent.write(4, B, greedy) : event, "as its own");
	}

	private static List<HistoryEvent> lost(String survivor) {
		List<HistoryEvent> history = new ArrayList<>(good().subList(0, 4));
		history.add(HistoryEvent.of("crash", 5, A));
		if (!survivor.equals(B)) {
			history.add(HistoryEvent.of("crash", 6, B));
		}
		history.add(HistoryEvent.end(9, survivor, Map.of(), List.of(), List.of()));
		return history;
	}

	@Test
	void aLostAcknowledgedWriteIsRejectedWhileAHolderLives() {
		assertThatThrownBy(() -> HistoryChecker.verify(lost(B))).hasMessageContaining("lost the acknowledged a#1:1");
	}

	@Test
	void anAcknowledgedWriteMayBeLostWithAllItsHolders() {
		assertThatCode(() -> HistoryChecker.verify(lost("c#3"))).doesNotThrowAnyException();
	}

}
