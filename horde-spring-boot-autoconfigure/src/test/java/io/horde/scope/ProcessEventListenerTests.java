package io.horde.scope;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.horde.process.HordeProcess;
import io.horde.process.ProcessContext;
import io.horde.process.engine.CurrentProcess;
import io.horde.process.engine.LocalProcess;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of event listeners in processes.
 */
class ProcessEventListenerTests {

	@Test
	void eventGoesToOrdinaryBeansOnlyWhileNoProcessRuns() {
		ProcessTestConfiguration.runner(Listeners.class).run((context) -> {
			context.publishEvent("event");
			assertThat(context.getBean(Heard.class).entries).containsExactly("ordinary event");
		});
	}

	@Test
	void eventGoesToEachRunningInstanceWithItsProcessBound() {
		ProcessTestConfiguration.runner(Listeners.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			harness.start("listening");
			harness.start("listening");
			context.publishEvent("event");
			assertThat(context.getBean(Heard.class).entries).containsExactlyInAnyOrder("ordinary event",
					"listening-0 event", "listening-1 event");
		});
	}

	@Test
	void eventNoLongerGoesToAStoppedProcess() {
		ProcessTestConfiguration.runner(Listeners.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			LocalProcess process = harness.start("listening");
			harness.start("listening");
			harness.stop(process);
			context.publishEvent("event");
			assertThat(context.getBean(Heard.class).entries).containsExactlyInAnyOrder("ordinary event",
					"listening-1 event");
		});
	}

	@Test
	void conditionOfAListenerHolds() {
		ProcessTestConfiguration.runner(Listeners.class).run((context) -> {
			ProcessHarness.of(context).start("listening");
			context.publishEvent(7);
			context.publishEvent(8);
			assertThat(context.getBean(Heard.class).entries).containsExactly("listening-0 8");
		});
	}

	@Test
	void failureOfOneInstanceReachesThePublisherAfterAllHaveHeard() {
		ProcessTestConfiguration.runner(Listeners.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			harness.start("listening");
			harness.start("listening");
			assertThatIllegalStateException().isThrownBy(() -> context.publishEvent(1.5))
				.satisfies((ex) -> assertThat(ex.getSuppressed()).hasSize(1));
			assertThat(context.getBean(Heard.class).entries).containsExactly("listening-0 1.5", "listening-1 1.5");
		});
	}

	static class Heard {

		private final List<String> entries = new CopyOnWriteArrayList<>();

	}

	abstract static class Listener {

		private final Heard heard;

		Listener(Heard heard) {
			this.heard = heard;
		}

		@EventListener
		void on(String event) {
			hear(event);
		}

		void hear(Object event) {
			LocalProcess process = CurrentProcess.get();
			this.heard.entries.add(((process != null) ? process.id() : "ordinary") + " " + event);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Heard.class, Listening.class })
	static class Listeners {

		@Bean
		Ordinary ordinary(Heard heard) {
			return new Ordinary(heard);
		}

	}

	static class Ordinary extends Listener {

		Ordinary(Heard heard) {
			super(heard);
		}

	}

	@HordeProcess("listening")
	static class Listening extends Listener {

		private final ProcessContext context;

		Listening(Heard heard, ProcessContext context) {
			super(heard);
			this.context = context;
		}

		@EventListener(condition = "#event > 7")
		void onNumber(Integer event) {
			hear(event);
		}

		@EventListener
		void onDouble(Double event) {
			hear(event);
			throw new IllegalStateException(this.context.id());
		}

	}

}
