package io.horde.scope;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.horde.process.HordeProcess;
import io.horde.process.StateHandoff;
import io.horde.process.engine.CurrentProcess;
import io.horde.process.engine.End;
import io.horde.process.engine.LocalProcess;
import jakarta.annotation.PostConstruct;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A process takes its state over before anybody and anything else sees it.
 */
class TakeOverTests {

	@Test
	void nothingOfAProcessBeginsBeforeItHasItsState() {
		ProcessTestConfiguration.runner(Busy.class, Wrapping.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			LocalProcess process = harness.start("busy", null, "state");
			harness.run(Duration.ofMillis(100));
			Busy bean = harness.bean(process, Busy.class);
			context.publishEvent("event");
			assertThat(bean.journal.subList(0, 4)).containsExactly("@PostConstruct", "afterPropertiesSet",
					"takeOver state", "post-processor");
			assertThat(bean.journal.subList(4, bean.journal.size())).contains("start", "tick", "heard event");
			assertThat(bean.journal).doesNotContain("heard early", "called", "ran");
		});
	}

	@Test
	void aLoopBeginsWithTheState() {
		ProcessTestConfiguration.runner(Looping.class).run((context) -> {
			ProcessHarness.of(context).start("looping", null, "state");
			assertThat(Busy.last.journal).containsExactly("@PostConstruct", "afterPropertiesSet", "takeOver state",
					"start", "run");
		});
	}

	@Test
	void aProcessThatDoesNotTakeItsStateOverRunsNothing() {
		ProcessTestConfiguration.runner(Busy.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			End end = harness.end(harness.start("busy", null, "refused"));
			assertThat(end.kind()).isEqualTo(End.Kind.START_FAILED);
			assertThat(end.failure()).hasRootCauseMessage("refused");
			assertThat(Busy.last.journal).containsExactly("@PostConstruct", "afterPropertiesSet", "takeOver refused");
		});
	}

	static class Wrapping implements BeanPostProcessor {

		@Override
		public Object postProcessAfterInitialization(Object bean, String beanName) {
			if (bean instanceof Busy busy) {
				busy.journal.add("post-processor");
			}
			return bean;
		}

	}

	@HordeProcess("busy")
	@EnableScheduling
	static class Busy implements StateHandoff<String>, InitializingBean, SmartLifecycle {

		private static Busy last;

		final List<String> journal = new ArrayList<>();

		private final ApplicationEventPublisher publisher;

		private boolean running;

		Busy(ApplicationEventPublisher publisher) {
			this.publisher = publisher;
			last = this;
		}

		@PostConstruct
		void init() {
			this.journal.add("@PostConstruct");
		}

		@Override
		public void afterPropertiesSet() {
			this.journal.add("afterPropertiesSet");
		}

		@Override
		public String handOff() {
			return "";
		}

		@Override
		public void takeOver(String state) {
			this.journal.add("takeOver " + state);
			this.publisher.publishEvent("early");
			LocalProcess process = CurrentProcess.get();
			assertThat(process.isOpen()).isFalse();
			assertThat(process.instance()).isNull();
			assertThat(process.offer(() -> this.journal.add("called"))).isFalse();
			assertThat(process.run(() -> this.journal.add("ran"))).isFalse();
			if (state.equals("refused")) {
				throw new IllegalStateException("refused");
			}
		}

		@EventListener
		void heard(String event) {
			this.journal.add("heard " + event);
		}

		@Scheduled(fixedRate = 10)
		void tick() {
			this.journal.add("tick");
		}

		@Override
		public void start() {
			this.running = true;
			this.journal.add("start");
		}

		@Override
		public void stop() {
			this.running = false;
		}

		@Override
		public boolean isRunning() {
			return this.running;
		}

	}

	@HordeProcess("looping")
	static class Looping extends Busy implements Runnable {

		Looping(ApplicationEventPublisher publisher) {
			super(publisher);
		}

		@Override
		public void run() {
			this.journal.add("run");
		}

	}

}
