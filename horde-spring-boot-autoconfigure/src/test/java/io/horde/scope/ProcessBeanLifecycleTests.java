package io.horde.scope;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.horde.payload.PayloadCodec;
import io.horde.process.HordeProcess;
import io.horde.process.IgnoreProcessException;
import io.horde.process.ProcessContext;
import io.horde.process.StateHandoff;
import io.horde.process.engine.CurrentProcess;
import io.horde.process.engine.End;
import io.horde.process.engine.LocalProcess;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import org.junit.jupiter.api.Test;

import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of how the bean of a process comes and goes.
 */
class ProcessBeanLifecycleTests {

	@Test
	void contextCreatesNoBeanByItself() {
		ProcessTestConfiguration.runner(Journaled.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(journal(context)).isEmpty();
		});
	}

	@Test
	void startInitialisesTheBeanAndStopDestroysIt() {
		ProcessTestConfiguration.runner(Journaled.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			LocalProcess process = harness.start("journaled");
			assertThat(journal(context)).containsExactly("construct", "postConstruct");
			assertThat(harness.stop(process).kind()).isEqualTo(End.Kind.STOPPED);
			assertThat(journal(context)).containsExactly("construct", "postConstruct", "preDestroy", "close");
			assertThat(process.instance()).isNull();
		});
	}

	@Test
	void restartIsAFreshInstance() {
		ProcessTestConfiguration.runner(Journaled.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			LocalProcess first = harness.start("journaled");
			Object bean = first.instance();
			harness.stop(first);
			assertThat(harness.start("journaled").instance()).isNotSameAs(bean);
		});
	}

	@Test
	void processIsBoundWhileItsBeanIsCreatedAndDestroyed() {
		ProcessTestConfiguration.runner(Binding.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			LocalProcess process = harness.start("binding");
			Binding bean = harness.bean(process, Binding.class);
			harness.stop(process);
			assertThat(bean.seen).hasSize(3).containsOnly(process);
			assertThat(CurrentProcess.get()).isNull();
		});
	}

	@Test
	void ownershipBeginsAfterInitialisationAndEndsWithTheDestruction() {
		ProcessTestConfiguration.runner(Binding.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			LocalProcess process = harness.start("binding");
			Binding bean = harness.bean(process, Binding.class);
			assertThat(process.context().isOwner()).isTrue();
			harness.stop(process);
			assertThat(bean.owner).containsExactly(false, false, true);
			assertThat(process.context().isOwner()).isFalse();
		});
	}

	@Test
	void failureInPostConstructFailsTheStart() {
		ProcessTestConfiguration.runner(Failing.class)
			.run((context) -> assertThat(ProcessHarness.of(context).startFailure("failing", null))
				.hasRootCauseMessage("no database"));
	}

	@Test
	void processThatNeedNotRunIsIgnored() {
		ProcessTestConfiguration.runner(Ignoring.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			assertThat(harness.end(harness.start("ignoring")).kind()).isEqualTo(End.Kind.IGNORED);
		});
	}

	@Test
	void stateIsTakenOverAfterInitialisation() {
		ProcessTestConfiguration.runner(Counter.class).run((context) -> {
			Counter counter = ProcessHarness.of(context)
				.bean(ProcessHarness.of(context).start("counter", null, List.of(41L)), Counter.class);
			assertThat(counter.events).containsExactly("postConstruct", "takeOver");
			assertThat(counter.values).containsExactly(41L);
		});
	}

	@Test
	void stateIsHandedOff() {
		ProcessTestConfiguration.runner(Counter.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			LocalProcess process = harness.start("counter", null, List.of(41L));
			byte[] state = harness.handOff(process);
			assertThat(state).isEqualTo(context.getBean(PayloadCodec.class).encode(List.of(41L, 42L)));
		});
	}

	@Test
	void processThatFailsToTakeOverIsDestroyed() {
		ProcessTestConfiguration.runner(Unwilling.class, Journal.class).run((context) -> {
			assertThat(
					ProcessHarness.of(context).end(ProcessHarness.of(context).start("unwilling", null, "state")).kind())
				.isEqualTo(End.Kind.START_FAILED);
			assertThat(journal(context)).containsExactly("preDestroy");
		});
	}

	@Test
	void processIsSeenByTheScopeOnItsOwnThreadOnly() {
		ProcessTestConfiguration.runner(Journaled.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			LocalProcess process = harness.start("journaled");
			List<Object> found = new ArrayList<>();
			process.offer(() -> found.add(context.getBean("journaled")));
			harness.run();
			assertThat(found).containsExactly(process.instance());
		});
	}

	@Test
	void runnableProcessEndsWhenItReturns() {
		ProcessTestConfiguration.runner(Working.class).run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			assertThat(harness.end(harness.start("working")).kind()).isEqualTo(End.Kind.EXITED);
		});
	}

	private static List<String> journal(org.springframework.context.ApplicationContext context) {
		return context.getBean(Journal.class).entries;
	}

	static class Journal {

		private final List<String> entries = new CopyOnWriteArrayList<>();

	}

	@HordeProcess("journaled")
	@Import(Journal.class)
	static class Journaled implements AutoCloseable {

		private final Journal journal;

		Journaled(Journal journal) {
			this.journal = journal;
			this.journal.entries.add("construct");
		}

		@PostConstruct
		void init() {
			this.journal.entries.add("postConstruct");
		}

		@PreDestroy
		void destroy() {
			this.journal.entries.add("preDestroy");
		}

		@Override
		public void close() {
			this.journal.entries.add("close");
		}

	}

	@HordeProcess("binding")
	static class Binding {

		private final List<LocalProcess> seen = new ArrayList<>();

		private final List<Boolean> owner = new ArrayList<>();

		private final ProcessContext context;

		Binding(ProcessContext context) {
			this.context = context;
			look();
		}

		@PostConstruct
		@PreDestroy
		void look() {
			this.seen.add(CurrentProcess.get());
			this.owner.add(this.context.isOwner());
		}

	}

	@HordeProcess("failing")
	static class Failing {

		@PostConstruct
		void init() {
			throw new IllegalStateException("no database");
		}

	}

	@HordeProcess("ignoring")
	static class Ignoring {

		@PostConstruct
		void init() {
			throw new IgnoreProcessException("nothing to do");
		}

	}

	@HordeProcess("counter")
	static class Counter implements StateHandoff<List<Long>> {

		private final List<String> events = new ArrayList<>();

		private List<Long> values = List.of();

		@PostConstruct
		void init() {
			this.events.add("postConstruct");
		}

		@Override
		public List<Long> handOff() {
			return List.of(this.values.get(0), 42L);
		}

		@Override
		public void takeOver(List<Long> state) {
			this.events.add("takeOver");
			this.values = state;
		}

	}

	@HordeProcess("unwilling")
	static class Unwilling implements StateHandoff<String> {

		private final Journal journal;

		Unwilling(Journal journal) {
			this.journal = journal;
		}

		@Override
		public String handOff() {
			return "";
		}

		@Override
		public void takeOver(String state) {
			throw new IllegalStateException("unwilling");
		}

		@PreDestroy
		void destroy() {
			this.journal.entries.add("preDestroy");
		}

	}

	@HordeProcess("working")
	static class Working implements Runnable {

		@Override
		public void run() {
		}

	}

}
