package io.horde.registry.names;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;

import io.horde.payload.codec.CborPayloadCodec;
import io.horde.process.engine.ProcessExecutor;
import io.horde.registry.NameEntry;
import io.horde.registry.NameQuery;
import io.horde.wire.Payloads;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NameWatch}.
 */
class NameWatchTests {

	private static final Payloads payloads = new Payloads(new CborPayloadCodec(), 1024);

	private final Deque<Runnable> tasks = new ArrayDeque<>();

	private final List<String> events = new ArrayList<>();

	private final ProcessExecutor executor = new ProcessExecutor() {

		@Override
		public void execute(Runnable task) {
			NameWatchTests.this.tasks.add(task);
		}

		@Override
		public void executeOnOwnThread(String name, Runnable task) {
			throw new UnsupportedOperationException();
		}

		@Override
		public <T> T blocking(Callable<T> wait) throws Exception {
			return wait.call();
		}

	};

	private NameWatch watch = watch(NameQuery.all());

	@Test
	void tellsOfTheBeginAChangeAndTheEnd() {
		this.watch.offer("x", entry("x", "a", 1));
		this.watch.offer("x", entry("x", "a", 2));
		this.watch.offer("x", null);
		runTasks();
		assertThat(this.events).containsExactly("REGISTERED x 1", "UPDATED x 2", "UNREGISTERED x 2");
	}

	@Test
	void saysNothingIfNothingLooksDifferent() {
		this.watch.offer("x", entry("x", "a", 1));
		this.watch.offer("x", entry("x", "a", 1));
		this.watch.offer("y", null);
		runTasks();
		assertThat(this.events).containsExactly("REGISTERED x 1");
	}

	@Test
	void anEntryThatStopsToMatchIsUnregisteredForTheWatch() {
		this.watch = watch(NameQuery.all().value(Integer.class, (value) -> value != null && value < 2));
		this.watch.offer("x", entry("x", "a", 1));
		this.watch.offer("x", entry("x", "a", 2));
		runTasks();
		assertThat(this.events).containsExactly("REGISTERED x 1", "UNREGISTERED x 1");
	}

	@Test
	void neverHasTwoTasksAtOnce() {
		for (int i = 0; i < 1000; i++) {
			this.watch.offer("x" + i, entry("x" + i, "a", i));
		}
		assertThat(this.tasks).hasSize(1);
		runTasks();
		assertThat(this.events).hasSize(1000);
	}

	@Test
	void aListenerThatThrowsGetsTheNextEvent() {
		NameWatch failing = new NameWatch(NameQuery.all(), (event) -> {
			this.events.add(event.entry().name());
			throw new IllegalStateException("broken");
		}, this.executor, (watch) -> {
		});
		failing.offer("x", entry("x", "a", 1));
		failing.offer("y", entry("y", "a", 1));
		runTasks();
		assertThat(this.events).containsExactly("x", "y");
	}

	@Test
	void aListenerThatIsTooSlowMissesWhatCameAndWentButNotTheEnd() {
		for (int i = 0; i < 100_000; i++) {
			this.watch.offer("x", entry("x", "a", i));
		}
		runTasks();
		assertThat(this.events).hasSizeLessThan(10_000);
		assertThat(this.events.get(this.events.size() - 1)).isEqualTo("UPDATED x 99999");
	}

	@Test
	void nothingComesAfterTheEndOfTheWatch() {
		this.watch.offer("x", entry("x", "a", 1));
		this.watch.close();
		runTasks();
		assertThat(this.events).isEmpty();
	}

	private NameWatch watch(NameQuery query) {
		return new NameWatch(query,
				(event) -> this.events
					.add(event.type() + " " + event.entry().name() + " " + event.entry().value(Integer.class)),
				this.executor, (closed) -> {
				});
	}

	private void runTasks() {
		for (Runnable task = this.tasks.poll(); task != null; task = this.tasks.poll()) {
			task.run();
		}
	}

	private static NameEntry entry(String name, String node, int value) {
		return new NameRegistration(null, 0, 1, 0, payloads.encode(value, "value"), null).entry(name, node, payloads)
			.orElseThrow();
	}

}
