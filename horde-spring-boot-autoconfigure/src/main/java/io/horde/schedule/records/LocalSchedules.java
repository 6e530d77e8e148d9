package io.horde.schedule.records;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.horde.crdt.Dot;
import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.ProcessRuntime;
import io.horde.schedule.engine.TickHistory;
import io.horde.schedule.engine.Ticker;
import io.horde.supervisor.ownership.Ledger;
import io.horde.supervisor.ownership.Placement;
import org.jspecify.annotations.Nullable;

/**
 * The schedules of this node's processes. Confined to the loop.
 */
final class LocalSchedules {

	private final ProcessRuntime runtime;

	private final Ledger ledger;

	private final Floors floors;

	LocalSchedules(ProcessRuntime runtime, Ledger ledger, Floors floors) {
		this.runtime = runtime;
		this.ledger = ledger;
		this.floors = floors;
	}

	/**
	 * Return a process that is open.
	 */
	@Nullable LocalProcess process(String child) {
		LocalProcess process = this.runtime.process(child);
		return (process != null && process.isOpen()) ? process : null;
	}

	@Nullable Ticker ticker(LocalProcess process, String schedule) {
		return process.tickers()
			.stream()
			.filter((ticker) -> ticker.schedule().key().equals(schedule))
			.findFirst()
			.orElse(null);
	}

	/**
	 * Return what a run of a child that is here goes by.
	 */
	ScheduleKey key(String child, String schedule) {
		Placement placement = this.ledger.placement(child);
		Dot desired = (placement != null && placement.owner().equals(this.ledger.self())) ? placement.desired() : null;
		return ScheduleKey.of(this.ledger, child, desired, schedule);
	}

	/**
	 * Return what is known here of the first schedules of those whose ids come after
	 * another one.
	 * @param most how many are returned at most
	 * @param bytes about how many bytes they may have; the first one may have more
	 */
	Part knownAfter(String after, int most, int bytes) {
		PriorityQueue<Source> first = new PriorityQueue<>(Comparator.comparing(Source::id).reversed());
		Consumer<Source> offer = (source) -> {
			if (source.id.compareTo(after) > 0
					&& (first.size() <= most || source.id.compareTo(first.element().id) < 0)) {
				first.add(source);
				if (first.size() > most + 1) {
					first.remove();
				}
			}
		};
		for (LocalProcess process : this.runtime.processes()) {
			process.tickers()
				.forEach((ticker) -> offer.accept(new Source(ticker.id(), () -> running(process, ticker))));
		}
		this.runtime.tickers()
			.formers()
			.forEach((id, history) -> offer.accept(new Source(id, () -> KnownSchedule.former(id, history))));
		List<KnownSchedule> part = new ArrayList<>();
		int size = 0;
		for (Source source : first.stream().sorted(Comparator.comparing(Source::id)).toList()) {
			KnownSchedule known = source.known.get();
			size += known.size();
			if (part.size() == most || (size > bytes && !part.isEmpty())) {
				return new Part(part, true);
			}
			part.add(known);
		}
		return new Part(part, false);
	}

	/**
	 * Return what is known here of a schedule.
	 * @return at most one
	 */
	Part known(ScheduleId id) {
		LocalProcess process = this.runtime.process(id.child());
		Ticker ticker = (process != null) ? ticker(process, id.schedule()) : null;
		if (process != null && ticker != null) {
			return new Part(List.of(running(process, ticker)), false);
		}
		TickHistory history = this.runtime.tickers().formers().get(id.toString());
		return new Part((history != null) ? List.of(KnownSchedule.former(id.toString(), history)) : List.of(), false);
	}

	private KnownSchedule running(LocalProcess process, Ticker ticker) {
		return KnownSchedule.running(process, ticker, this.floors.pause(key(process.id(), ticker.schedule().key())));
	}

	/**
	 * Let the schedules that have just been paused, if they are here, drop what waits.
	 * @param text the key of the pause
	 */
	void pauseChanged(String text) {
		for (String child : ScheduleKey.children(text)) {
			LocalProcess process = this.runtime.process(child);
			Ticker ticker = (process != null) ? ticker(process, ScheduleKey.schedule(text)) : null;
			if (ticker != null && ticker.record().isPaused()) {
				ticker.paused();
			}
		}
	}

	/**
	 * What is known of some schedules.
	 *
	 * @param schedules in the order of their ids
	 * @param more whether there are others after these
	 */
	record Part(List<KnownSchedule> schedules, boolean more) {

	}

	private record Source(String id, Supplier<KnownSchedule> known) {

	}

}
