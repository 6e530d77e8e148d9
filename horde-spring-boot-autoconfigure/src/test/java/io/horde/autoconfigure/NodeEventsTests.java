package io.horde.autoconfigure;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.Callable;

import io.horde.cluster.MemberBackEvent;
import io.horde.cluster.MemberDownEvent;
import io.horde.cluster.MemberEvent;
import io.horde.cluster.MemberLeftEvent;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.MemberUnreachableEvent;
import io.horde.cluster.MemberUpEvent;
import io.horde.cluster.Quorum;
import io.horde.cluster.QuorumGainedEvent;
import io.horde.cluster.QuorumLostEvent;
import io.horde.cluster.membership.MemberState;
import io.horde.cluster.membership.MembershipView;
import io.horde.crdt.ReplicaId;
import io.horde.process.ProcessState;
import io.horde.process.StopReason;
import io.horde.process.engine.ProcessExecutor;
import io.horde.registry.NameClaim;
import io.horde.registry.NameConflictEvent;
import io.horde.registry.NameEntry;
import io.horde.supervisor.ProcessEvent;
import io.horde.supervisor.ProcessMovedEvent;
import io.horde.supervisor.ProcessQuarantinedEvent;
import io.horde.supervisor.ProcessRef;
import io.horde.supervisor.ProcessStartedEvent;
import io.horde.supervisor.ProcessStoppedEvent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link NodeEvents}.
 */
class NodeEventsTests {

	private static final ReplicaId SELF = new ReplicaId("a", 1);

	private static final ReplicaId OTHER = new ReplicaId("b", 1);

	private static final ProcessRef PROCESS = new ProcessRef("p", "type", null, "a", 1, ProcessState.RUNNING);

	private final GenericApplicationContext context = new GenericApplicationContext();

	private final List<Object> published = new ArrayList<>();

	private final Later executor = new Later();

	private final NodeEvents events = new NodeEvents(this.context, this.executor);

	@BeforeEach
	void open() {
		this.context.addApplicationListener((ApplicationListener<PayloadApplicationEvent<?>>) (event) -> {
			if (event.getPayload().getClass().getPackageName().startsWith("io.horde.")) {
				this.published.add(event.getPayload());
				if (event.getPayload() instanceof MemberDownEvent) {
					throw new IllegalStateException("listener");
				}
			}
		});
		this.context.refresh();
	}

	@AfterEach
	void close() {
		this.context.close();
	}

	@ParameterizedTest
	@CsvSource(nullValues = "-", textBlock = """
			-, UP, MemberUpEvent
			JOINING, UP, MemberUpEvent
			UP, UP, -
			UP, UNREACHABLE, MemberUnreachableEvent
			UNREACHABLE, UP, MemberBackEvent
			UNREACHABLE, DOWN, MemberDownEvent
			DOWN, UP, MemberBackEvent
			UP, LEAVING, -
			LEAVING, LEFT, MemberLeftEvent
			-, JOINING, -
			""")
	void changeOfStatusIsAnEvent(@Nullable MemberStatus before, MemberStatus after, @Nullable String expected) {
		MemberState state = state(OTHER, after);
		MemberEvent event = NodeEvents.event(before, state, new MembershipView(1, SELF, List.of(state)));
		assertThat((event != null) ? event.getClass().getSimpleName() : null).isEqualTo(expected);
	}

	@Test
	void eventsAreNotPublishedOnTheLoop() {
		this.events.viewChanged(view(MemberStatus.JOINING), view(MemberStatus.UP));
		assertThat(this.published).isEmpty();
		this.executor.runAll();
		assertThat(this.published).singleElement()
			.isInstanceOfSatisfying(MemberUpEvent.class, (event) -> assertThat(event.member().name()).isEqualTo("b"));
	}

	@Test
	void eventsComeInOrderAndByOneTask() {
		this.events.viewChanged(view(MemberStatus.UP), view(MemberStatus.UNREACHABLE));
		this.events.publish(new ProcessStartedEvent(PROCESS));
		this.events.viewChanged(view(MemberStatus.UNREACHABLE), view(MemberStatus.LEFT));
		this.events.publish(new ProcessStoppedEvent(PROCESS, StopReason.MOVED));
		assertThat(this.executor.tasks).hasSize(1);
		this.executor.runAll();
		assertThat(this.published).extracting((event) -> event.getClass().getSimpleName())
			.containsExactly(MemberUnreachableEvent.class.getSimpleName(), "ProcessStartedEvent",
					MemberLeftEvent.class.getSimpleName(), "ProcessStoppedEvent");
	}

	@Test
	void failureOfListenerDoesNotKeepOthersFromTheirEvents() {
		this.events.viewChanged(view(MemberStatus.UP), view(MemberStatus.DOWN));
		this.events.viewChanged(view(MemberStatus.DOWN), view(MemberStatus.UP));
		this.executor.runAll();
		assertThat(this.published).last().isInstanceOf(MemberBackEvent.class);
	}

	@Test
	void eventsOfProcessesCarryTheProcess() {
		this.events.publish(new ProcessStartedEvent(PROCESS));
		this.events.publish(new ProcessMovedEvent(PROCESS));
		this.events.publish(new ProcessQuarantinedEvent(PROCESS, "broken"));
		this.events.publish(new ProcessStoppedEvent(PROCESS, StopReason.ERROR));
		this.executor.runAll();
		assertThat(this.published).hasSize(4)
			.allSatisfy((event) -> assertThat(((ProcessEvent) event).process()).isEqualTo(PROCESS));
		assertThat(((ProcessQuarantinedEvent) this.published.get(2)).error()).isEqualTo("broken");
		assertThat(((ProcessStoppedEvent) this.published.get(3)).reason()).isEqualTo(StopReason.ERROR);
	}

	@Test
	void quorumThatIsGainedAndLostIsAnEvent() {
		Quorum present = new Quorum(true, 2, 2, 3);
		Quorum lost = new Quorum(false, 1, 2, 3);
		this.events.quorumChanged(present);
		this.events.quorumChanged(lost);
		this.executor.runAll();
		assertThat(((QuorumGainedEvent) this.published.get(0)).quorum()).isEqualTo(present);
		assertThat(((QuorumLostEvent) this.published.get(1)).quorum()).isEqualTo(lost);
	}

	@Test
	void lostNameIsAnEvent() {
		NameEntry entry = mock();
		NameClaim winner = new NameClaim(entry, 0, 2);
		NameClaim loser = new NameClaim(entry, 0, 1);
		this.events.publish(new NameConflictEvent(winner, loser));
		this.executor.runAll();
		assertThat(this.published).singleElement().isInstanceOfSatisfying(NameConflictEvent.class, (event) -> {
			assertThat(event.winner()).isSameAs(winner);
			assertThat(event.loser()).isSameAs(loser);
		});
	}

	private static MembershipView view(MemberStatus other) {
		return new MembershipView(1, SELF, List.of(state(SELF, MemberStatus.UP), state(OTHER, other)));
	}

	private static MemberState state(ReplicaId id, MemberStatus status) {
		return new MemberState(id, status, "127.0.0.1:1", Map.of(), 1, "", new TreeMap<>(), true, "");
	}

	private static final class Later implements ProcessExecutor {

		private final Queue<Runnable> tasks = new ArrayDeque<>();

		private void runAll() {
			for (Runnable task = this.tasks.poll(); task != null; task = this.tasks.poll()) {
				task.run();
			}
		}

		@Override
		public void execute(Runnable task) {
			this.tasks.add(task);
		}

		@Override
		public void executeOnOwnThread(String name, Runnable task) {
			this.tasks.add(task);
		}

		@Override
		public <T> T blocking(Callable<T> wait) throws Exception {
			return wait.call();
		}

	}

}
