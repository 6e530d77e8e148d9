package io.horde.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.horde.process.MissedTicks;
import io.horde.schedule.engine.Cron;
import io.horde.schedule.engine.Schedule;
import io.horde.schedule.engine.Timing;
import org.jspecify.annotations.Nullable;

/**
 * Keeps book of the ticks of simulated processes: what users see of them, and nothing of
 * what Horde believes.
 */
final class TickBook {

	private final Simulation simulation;

	private final List<Span> spans = new ArrayList<>();

	private final Map<String, Map<Long, List<Span>>> byInstant = new TreeMap<>();

	private final Listener listener;

	TickBook(Simulation simulation, Listener listener) {
		this.simulation = simulation;
		this.listener = listener;
	}

	/**
	 * Return the ticks that run now.
	 */
	List<Span> running() {
		this.spans.removeIf((span) -> !span.isRunning());
		return this.spans;
	}

	/**
	 * Return how often the tick of an instant has begun, of the same child.
	 */
	long begun(Span span) {
		return this.byInstant.getOrDefault(span.schedule(), Map.of())
			.getOrDefault(span.due(), List.of())
			.stream()
			.filter((other) -> Objects.equals(other.process().argument(), span.process().argument()))
			.count();
	}

	Map<String, Map<Long, List<Span>>> all() {
		return this.byInstant;
	}

	private CompletionStage<?> begin(SimulatedProcess process, String schedule, long due, long millis) {
		Span span = new Span(process, schedule, due, this.simulation.nanos(), new CompletableFuture<>());
		this.byInstant.computeIfAbsent(schedule, (key) -> new TreeMap<>())
			.computeIfAbsent(due, (key) -> new ArrayList<>())
			.add(span);
		this.listener.begins(span);
		this.spans.add(span);
		this.simulation.after(Duration.ofMillis(millis), () -> span.end().complete(null));
		return span.end();
	}

	/**
	 * Return the timing of a schedule that ticks at the multiples of an interval.
	 */
	static Timing cron(long every) {
		return new Cron("every " + every, null, (millis, zone) -> (Math.floorDiv(millis, every) + 1) * every);
	}

	/**
	 * A schedule whose ticks are written down.
	 *
	 * @param length how long a tick takes, in milliseconds
	 */
	record Booked(TickBook book, SimulatedProcess process, String id, String key, Timing timing, long length,
			MissedTicks missedTicks) implements Schedule {

		@Override
		public String name() {
			return this.key;
		}

		@Override
		public void due(long millis) {
		}

		@Override
		public @Nullable CompletionStage<?> run(long due) {
			return this.book.begin(this.process, this.id + "#" + this.key, due, this.length);
		}

	}

	/**
	 * One tick.
	 */
	record Span(SimulatedProcess process, String schedule, long due, long begun, CompletableFuture<Void> end) {

		boolean isRunning() {
			return !this.end.isDone() && this.process.isAlive();
		}

		@Override
		public String toString() {
			return this.schedule + " of " + this.due + " by " + this.process;
		}

	}

	/**
	 * Is told of each tick that begins.
	 */
	interface Listener {

		void begins(Span span);

	}

}
