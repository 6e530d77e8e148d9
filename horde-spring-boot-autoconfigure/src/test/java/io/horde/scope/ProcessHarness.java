package io.horde.scope;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

import io.horde.payload.PayloadCodec;
import io.horde.process.StartReason;
import io.horde.process.StopReason;
import io.horde.process.engine.End;
import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.ProcessExecutor;
import io.horde.process.engine.ProcessListener;
import io.horde.process.engine.ProcessRuntime;
import io.horde.process.engine.ProcessSettings;
import io.horde.process.engine.StartOrder;
import io.horde.schedule.engine.TickCounters;
import io.horde.test.Simulation;
import io.horde.time.EventLoop;
import io.horde.wire.Payloads;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Starts and stops the processes of an application context in the thread of the test.
 */
final class ProcessHarness implements ProcessListener {

	private final Simulation simulation = new Simulation(1);

	private final EventLoop loop = this.simulation.eventLoop("node");

	private final Map<LocalProcess, End> ends = new LinkedHashMap<>();

	private final PayloadCodec codec;

	private final ProcessRuntime runtime;

	private int started;

	ProcessHarness(ScopeProcessFactory factory, PayloadCodec codec) {
		this.codec = codec;
		this.runtime = new ProcessRuntime(this.loop, new LoopExecutor(this.loop), factory, new Payloads(codec, 1 << 20),
				"node", ProcessSettings.defaults());
	}

	static ProcessHarness of(ConfigurableApplicationContext context) {
		return context.getBean(ProcessHarness.class);
	}

	LocalProcess start(String type) {
		return start(type, null);
	}

	LocalProcess start(String type, @Nullable Object argument) {
		return start(type, argument, null);
	}

	LocalProcess start(String type, @Nullable Object argument, @Nullable Object state) {
		int number = this.started++;
		return start(new StartOrder(type + "-" + number, type, null, number, 1,
				(argument != null) ? this.codec.encode(argument) : null,
				(state != null) ? this.codec.encode(state) : null, StartReason.FIRST, null, Map.of()));
	}

	LocalProcess start(StartOrder order) {
		LocalProcess process = this.runtime.start(order, this);
		run();
		return process;
	}

	<T> T startBean(String type, @Nullable Object argument, Class<T> beanType) {
		return bean(start(type, argument), beanType);
	}

	<T> T bean(LocalProcess process, Class<T> beanType) {
		End end = this.ends.get(process);
		assertThat((end != null) ? end.failure() : null).isNull();
		return beanType.cast(process.instance());
	}

	Throwable startFailure(String type, @Nullable Object argument) {
		End end = end(start(type, argument));
		assertThat(end.kind()).isEqualTo(End.Kind.START_FAILED);
		Throwable failure = end.failure();
		assertThat(failure).isNotNull();
		return failure;
	}

	End stop(LocalProcess process) {
		process.stop(StopReason.TERMINATED, false, (state) -> {
		});
		run();
		return end(process);
	}

	byte @Nullable [] handOff(LocalProcess process) {
		byte[][] handedOff = new byte[1][];
		process.stop(StopReason.MOVED, true, (state) -> handedOff[0] = state);
		run();
		end(process);
		return handedOff[0];
	}

	End end(LocalProcess process) {
		End end = this.ends.get(process);
		assertThat(end).isNotNull();
		return end;
	}

	void run() {
		run(Duration.ofMillis(10));
	}

	void run(Duration duration) {
		this.simulation.run(duration);
	}

	TickCounters ticks() {
		return this.runtime.tickers().counters();
	}

	@Override
	public void created(LocalProcess process) {
		process.open();
	}

	@Override
	public void ended(LocalProcess process, End end) {
		assertThat(this.ends.put(process, end)).isNull();
	}

	private record LoopExecutor(EventLoop loop) implements ProcessExecutor {

		@Override
		public void execute(Runnable task) {
			this.loop.execute(task);
		}

		@Override
		public void executeOnOwnThread(String name, Runnable task) {
			this.loop.execute(task);
		}

		@Override
		public <T> T blocking(Callable<T> wait) throws Exception {
			return wait.call();
		}

	}

}
