package io.horde.node;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

import io.horde.HordeException;
import io.horde.cluster.HordeCluster;
import io.horde.cluster.membership.Membership;
import io.horde.cluster.membership.MembershipListener;
import io.horde.cluster.protocol.Expelled;
import io.horde.cluster.protocol.TypeAnnouncement;
import io.horde.cluster.topology.TopologyBySize;
import io.horde.process.engine.ProcessRuntime;
import io.horde.process.engine.ProcessType;
import io.horde.registry.engine.Registry;
import io.horde.replication.Replicator;
import io.horde.schedule.records.ScheduleOperations;
import io.horde.schedule.records.ScheduleRecords;
import io.horde.supervisor.engine.CurrentSupervisor;
import io.horde.supervisor.engine.Supervisor;
import io.horde.supervisor.ownership.Ledger;
import io.horde.time.EventLoop;
import io.horde.time.clock.HybridLogicalClock;
import io.horde.transport.Transport;
import io.horde.wire.Payloads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The core of one node: members, replicator, processes, registry and supervisor, joined
 * together.
 */
public final class HordeNode {

	private static final Logger logger = LoggerFactory.getLogger(HordeNode.class);

	/** What messages put around a payload, and a replicated entry around its values. */
	private static final int ENVELOPE = 256 << 10;

	private final EventLoop loop;

	private final Membership membership;

	private final Replicator replicator;

	private final ProcessRuntime runtime;

	private final Registry registry;

	private final Supervisor supervisor;

	private final ScheduleRecords schedules;

	private final ScheduleOperations scheduleOperations;

	private final UserCode user;

	private final HordeSettings settings;

	private boolean stopped;

	/**
	 * Creates a node, which does nothing before it is started.
	 * @param transport links to other nodes, created with the same loop
	 * @param user what belongs to the users
	 * @param seed for all that is chosen at random
	 * @throws IllegalArgumentException if a process type names an unknown strategy
	 */
	public HordeNode(EventLoop loop, Transport transport, UserCode user, HordeSettings settings, long seed) {
		this.loop = loop;
		this.user = user;
		this.settings = settings;
		this.membership = new Membership(loop, transport, settings.membership(), TopologyBySize::new, seed);
		long mixed = seed ^ (31L * settings.membership().nodeName().hashCode())
				^ Long.rotateLeft(this.membership.selfId().incarnation(), 32);
		HybridLogicalClock clock = new HybridLogicalClock(loop);
		this.replicator = new Replicator(loop, this.membership, clock, settings.replication(), mixed + 1);
		Payloads payloads = new Payloads(user.codec(), carried(settings.maxPayloadSize(), transport.maxFrameSize()));
		this.runtime = new ProcessRuntime(loop, user.executor(), user.factory(), payloads,
				settings.membership().nodeName(), settings.process());
		this.registry = new Registry(loop, this.membership, this.replicator, this.runtime, payloads, user.resolver(),
				settings.registry(), mixed + 3);
		Ledger ledger = new Ledger(loop, this.membership, this.replicator, clock);
		this.supervisor = new Supervisor(ledger, this.runtime, this.registry, payloads, user.strategies(),
				settings.supervisor(), mixed + 2);
		this.schedules = new ScheduleRecords(loop, ledger, this.runtime.tickers(), settings.schedules(),
				settings.supervisor().callTimeout());
		this.scheduleOperations = new ScheduleOperations(this.runtime, ledger, this.schedules,
				settings.supervisor().callTimeout());
		this.membership.announce(user.factory().types().stream().map(this::announcement).toList());
		this.membership.addListener(new MembershipListener() {

			@Override
			public void clockCorrected(long millis) {
				clock.correct(millis);
				HordeNode.this.runtime.tickers().correct(millis);
			}

			@Override
			public void expelled(Expelled expelled) {
				endAll(expelled.failure());
			}

			@Override
			public void startFailed(HordeException failure) {
				endAll(failure);
			}

		});
	}

	/* The state of a process and the value of its name travel together (O11). */
	private static int carried(int maxPayloadSize, int maxFrameSize) {
		long needed = 2L * maxPayloadSize + ENVELOPE;
		if (maxFrameSize < needed) {
			throw new IllegalArgumentException(
					"The transport carries frames of %,d bytes, too few for".formatted(maxFrameSize)
							+ " horde.transport.max-payload-size, which needs %,d: lower the property on all nodes"
								.formatted(needed));
		}
		return maxPayloadSize;
	}

	/* B4: in this very turn of the loop, not when the application has time for it. */
	private void endAll(HordeException failure) {
		this.supervisor.expelled(failure);
		this.registry.expelled(failure);
		this.scheduleOperations.end(failure);
	}

	private TypeAnnouncement announcement(ProcessType type) {
		String distribution = type.distribution().isEmpty() ? this.settings.supervisor().distribution()
				: type.distribution();
		boolean quorum = this.user.strategies().apply(distribution).requiresQuorum();
		if (quorum && !this.membership.leases().isEnabled()) {
			logger.error(
					"Process type '{}' has the distribution '{}', which needs a quorum, and it is not known how many voting"
							+ " seats there are: its processes wait. Set horde.cluster.expected-size",
					type.name(), distribution);
		}
		return new TypeAnnouncement(type.name(), type.autoStartup() ? type.instances() : 0, type.labels(), quorum);
	}

	/**
	 * Start: bind the transport, look for members, receive the replicated state, run what
	 * belongs here. Called on any thread.
	 * @return completes on the loop when the transport is bound, or exceptionally if it
	 * can't be
	 */
	public CompletableFuture<Void> start() {
		return CompletableFuture.runAsync(() -> {
			this.registry.start();
			this.supervisor.start();
			this.schedules.start();
			this.replicator.start();
			this.membership.start();
		}, this.loop::execute);
	}

	/**
	 * Add what is done when this node can't take part with its incarnation (M5): it has
	 * to be stopped then, and another one takes its place, with the same loop and
	 * transport.
	 * @param task called on the loop, at most once
	 */
	public void onBehind(Runnable task) {
		this.membership.addListener(new MembershipListener() {

			@Override
			public void behind(String reason) {
				task.run();
			}

		});
	}

	/**
	 * Add what is done when this node is out of the cluster (B4). It is stopping its
	 * processes already, and nothing can be asked of it; it has to be stopped as a whole.
	 * @param task called on the loop, at most once
	 */
	public void onExpelled(Consumer<Expelled> task) {
		this.membership.addListener(new MembershipListener() {

			@Override
			public void expelled(Expelled expelled) {
				task.accept(expelled);
			}

		});
	}

	/**
	 * Run no processes before {@link #admit()}. Called before the start.
	 */
	public void holdBack() {
		this.membership.holdBack();
	}

	/**
	 * Run processes from now on. Called on any thread.
	 */
	public void admit() {
		this.loop.execute(this.membership::admit);
	}

	/**
	 * Hand all processes over and leave the cluster. Called on any thread.
	 * @return completes on the process executor when that is done, or the drain timeout
	 * has passed
	 */
	public CompletableFuture<Void> leave() {
		return new CurrentSupervisor(() -> this.supervisor).leave();
	}

	/**
	 * Stop at once: processes are stopped and not handed over. Called on any thread;
	 * idempotent.
	 * @return completes on the loop when the processes have ended and the transport is
	 * closed
	 */
	public CompletableFuture<Void> stop() {
		CompletableFuture<Void> done = new CompletableFuture<>();
		this.loop.execute(() -> {
			if (this.stopped) {
				done.complete(null);
				return;
			}
			this.stopped = true;
			this.supervisor.stop().thenRun(() -> {
				try {
					this.scheduleOperations.end(new HordeException("Node '" + this.membership.selfId().node()
							+ "' is stopped: what was asked of schedules may have been done, and nobody waits for it"));
					this.registry.stop();
					this.schedules.stop();
					this.replicator.stop();
					this.membership.stop();
					done.complete(null);
				}
				catch (HordeException ex) {
					done.completeExceptionally(ex);
				}
			});
		});
		return done;
	}

	/**
	 * Return the members.
	 * @return the face for users
	 */
	public HordeCluster cluster() {
		return this.membership;
	}

	public Membership membership() {
		return this.membership;
	}

	public Supervisor supervisor() {
		return this.supervisor;
	}

	public Registry registry() {
		return this.registry;
	}

	public Replicator replicator() {
		return this.replicator;
	}

	/**
	 * Return what is known of the schedules of processes.
	 */
	public ScheduleRecords schedules() {
		return this.schedules;
	}

	/**
	 * Return what operators do with them.
	 */
	public ScheduleOperations scheduleOperations() {
		return this.scheduleOperations;
	}

	/**
	 * Return the runtime.
	 * @return the processes of this node
	 */
	public ProcessRuntime runtime() {
		return this.runtime;
	}

	public HordeSettings settings() {
		return this.settings;
	}

}
