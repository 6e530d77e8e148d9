package io.horde.cluster.quorum;

import java.time.Duration;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.Function;

import io.horde.cluster.Quorum;
import io.horde.cluster.QuorumNotMetException;
import io.horde.crdt.ReplicaId;
import io.horde.time.EventLoop;
import io.horde.time.clock.Moment;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lease claims and leases of this node under quorum. Called on the event loop, except for
 * {@link #state()}.
 */
public final class Leases {

	private static final Logger logger = LoggerFactory.getLogger(Leases.class);

	private final EventLoop loop;

	private final QuorumSettings settings;

	private final Duration heartbeat;

	private final ReplicaId self;

	private final Consumer<Boolean> changed;

	private final LeaseHolders holders;

	private @Nullable QuorumCore core;

	private volatile QuorumState state;

	private EventLoop.@Nullable Timer timer;

	private long timerAt;

	private boolean flushing;

	private boolean running;

	private int known = 1;

	private boolean warned;

	private long startedAt;

	public Leases(EventLoop loop, QuorumSettings settings, Duration heartbeat, ReplicaId self, Sender sender,
			Consumer<Boolean> changed) {
		this.loop = loop;
		this.settings = settings;
		this.heartbeat = heartbeat;
		this.self = self;
		this.changed = changed;
		this.state = QuorumState.none(settings.seats());
		this.holders = new LeaseHolders(loop, self.node(), sender);
	}

	/**
	 * Tell whether this node takes part in a quorum at all. May be called from any
	 * thread.
	 * @return whether the number of voting seats is known
	 */
	public boolean isEnabled() {
		return this.settings.seats() > 0;
	}

	/**
	 * Return the present state. May be called from any thread.
	 * @return a snapshot, at most a heartbeat old
	 */
	public QuorumState state() {
		return this.state;
	}

	/**
	 * Tell whether a majority has answered this node within the duration of a lease. May
	 * be called from any thread.
	 */
	boolean isPresent() {
		Moment end = this.state.leaseEnd();
		return end != null && !end.isPast(Moment.of(this.loop));
	}

	/**
	 * Return how long this node's own lease lasts if no majority answers any more. May be
	 * called from any thread.
	 * @return the time, or zero if there is no lease
	 */
	public Duration remaining() {
		Moment end = this.state.leaseEnd();
		return (end != null && isPresent()) ? Duration.ofNanos(end.nanos() - this.loop.nanoTime()) : Duration.ZERO;
	}

	public Quorum quorum() {
		QuorumState state = this.state;
		SeatConfiguration configuration = state.configuration();
		int required = configuration.isKnown() ? configuration.required() : this.settings.seats() / 2 + 1;
		return new Quorum(isPresent(), state.reachable(), required, this.settings.seats());
	}

	/**
	 * Refuse what a minority must not do (Q8).
	 * @param refusal what does not happen, as the beginning of a sentence
	 * @throws QuorumNotMetException if there is no majority
	 */
	public void requireMajority(String refusal) {
		Quorum quorum = quorum();
		if (isEnabled() && !quorum.present()) {
			throw new QuorumNotMetException(refusal + ": " + quorum.reachable() + " of " + quorum.required()
					+ " voters are reached that have to agree. If it is certain that it is off and will not come back,"
					+ " forget it with force (Q8)");
		}
	}

	/**
	 * Return why no majority would confirm a write of this node now, so that it is better
	 * not made.
	 * @return the failure, or {@code null} if this node has contact to a majority
	 */
	public @Nullable QuorumNotMetException absence() {
		return this.state.present() ? null
				: new QuorumNotMetException("This node has no contact to a majority of the voters "
						+ this.state.configuration().voters() + ", and nothing was changed. Try again when it has, or"
						+ " from a node on their side");
	}

	public void start() {
		if (isEnabled()) {
			this.running = true;
			Moment now = Moment.of(this.loop);
			this.startedAt = now.nanos();
			this.core = new QuorumCore(this.self, this.settings, now, this.holders);
			this.loop.schedule(this.heartbeat, this::tick);
		}
	}

	public void stop() {
		this.running = false;
	}

	/**
	 * The replicated state of this node is complete (Q5).
	 */
	public void ready() {
		if (this.core != null) {
			this.core.ready();
		}
	}

	public void members(SortedMap<String, ReplicaId> peers, Set<String> up, Set<String> forgotten) {
		QuorumCore core = this.core;
		if (core == null) {
			return;
		}
		core.members(peers, up, forgotten);
		this.known = peers.size() + 1;
	}

	/* Not said by a joiner, which learns the seat configuration from the others. */
	private void warnOfCrowd(QuorumCore core, Moment now) {
		boolean unknown = !core.configuration().isKnown() && this.known > this.settings.seats();
		if (unknown && !this.warned && now.nanos() - this.startedAt > 2 * this.settings.promise()) {
			this.warned = true;
			logger
				.error("{} and {} other nodes are there, and horde.cluster.expected-size is {}: they can't agree on who"
						+ " votes, since two groups of them could. Set it to the number of nodes, or name the voters in"
						+ " horde.cluster.voters", this.self.node(), this.known - 1, this.settings.seats());
		}
	}

	private void tick() {
		QuorumCore core = this.core;
		if (this.running && core != null) {
			this.loop.schedule(this.heartbeat, this::tick);
			Moment now = Moment.of(this.loop);
			core.tick(now);
			warnOfCrowd(core, now);
			after();
		}
	}

	public void frame(ReplicaId from, byte[] frame) {
		QuorumMessage message = QuorumFrames.decode(frame);
		if (this.core != null && this.running && message != null) {
			this.core.receive(from, message, Moment.of(this.loop));
			after();
		}
	}

	/**
	 * Make a lease claim for a child. What becomes of it the holder learns; at the latest
	 * after the duration of a lease.
	 * @param key the child
	 * @param epoch the epoch, above all that this node knows for it
	 * @param holder called on the loop, not before this method returns
	 */
	public void claim(String key, long epoch, Holder holder) {
		QuorumCore core = this.core;
		if (core == null) {
			this.loop.execute(() -> holder.refused(new ClaimRefusal(
					"quorum needs horde.cluster.expected-size, horde.cluster.voters or horde.cluster.members", 0,
					false)));
			return;
		}
		this.holders.put(key, holder);
		core.claim(key, epoch, Moment.of(this.loop));
		flushSoon();
	}

	/**
	 * Release a child that was claimed, whether or not it was granted. Its process has
	 * stopped (Q10).
	 * @param key the child
	 * @param epoch the epoch of the lease claim
	 * @param released called on the loop with {@code true} when a majority knows of it,
	 * or with {@code false} when promises have run out instead
	 */
	public void release(String key, long epoch, Consumer<Boolean> released) {
		QuorumCore core = this.core;
		if (core == null || !this.running) {
			this.loop.execute(() -> released.accept(false));
			return;
		}
		this.holders.releasing(key, released);
		core.release(key, epoch, Moment.of(this.loop));
		flushSoon();
	}

	/**
	 * Wait until all releases are over, for a while.
	 * @param limit how long to wait at most
	 * @param then called on the loop
	 */
	public void whenReleased(Duration limit, Runnable then) {
		if (!this.holders.isReleasing() || limit.isNegative()) {
			then.run();
			return;
		}
		Duration pause = Duration.ofMillis(20);
		this.loop.schedule(pause, () -> whenReleased(limit.minus(pause), then));
	}

	/* All lease claims of one turn of the loop travel in one frame per voter (Q2). */
	private void flushSoon() {
		if (!this.flushing) {
			this.flushing = true;
			this.loop.execute(() -> {
				this.flushing = false;
				if (this.core != null && this.running) {
					this.core.flush(Moment.of(this.loop));
					after();
				}
			});
		}
	}

	/**
	 * Found a seat configuration without nodes that will not come back (Q8).
	 */
	public void force(String gone) {
		QuorumCore core = this.core;
		if (core != null) {
			core.force(Set.of(gone), Moment.of(this.loop));
			logger.error(
					"{} has founded configuration {} of the voting seats by force, without {}: {}. If it is still running,"
							+ " processes under quorum may have two owners. Make sure that it is off",
					this.self.node(), core.configuration().id(), gone, core.configuration().seats());
			after();
		}
	}

	private void after() {
		QuorumCore core = this.core;
		if (core == null) {
			return;
		}
		Moment now = Moment.of(this.loop);
		QuorumState before = this.state;
		boolean presentBefore = before.present();
		Moment end = core.claimant.end();
		boolean present = end != null && !end.isPast(now);
		Function<Contact, Boolean> answers = (contact) -> {
			Moment answered = contact.answered();
			return answered != null && !answered.plus(this.settings.lease()).isPast(now);
		};
		int reachable = 0;
		for (String voter : core.configuration().voters()) {
			Contact contact = core.claimant.contact(voter);
			reachable += (contact != null && answers.apply(contact)) ? 1 : 0;
		}
		this.state = new QuorumState(core.configuration(), present, present ? end : null, reachable,
				core.silence(now.nanos()), core.voter.promises(now), core.claimant.held().size(),
				this.holders.lastRefusal());
		if (present != presentBefore) {
			this.changed.accept(present);
		}
		arm(core.claimant.firstEnd(), now);
	}

	private void arm(@Nullable Moment end, Moment now) {
		if (end == null || (this.timer != null && this.timerAt - end.nanos() <= 0)) {
			return;
		}
		if (this.timer != null) {
			this.timer.cancel();
		}
		this.timerAt = end.nanos();
		this.timer = this.loop.schedule(Duration.ofNanos(Math.max(0, end.nanos() - now.nanos())), () -> {
			this.timer = null;
			if (this.core != null && this.running) {
				this.core.expire(Moment.of(this.loop));
				after();
			}
		});
	}

	/**
	 * Is told what becomes of a lease claim. All methods are called on the loop.
	 */
	public interface Holder {

		/**
		 * This node owns the child.
		 * @param end when the lease ends unless it is extended
		 */
		void granted(Moment end);

		/**
		 * The lease ends later.
		 * @param end when
		 */
		void extended(Moment end);

		/**
		 * The lease has ended. The child has still to be released, when it has stopped.
		 */
		void lost();

		/**
		 * The lease claim was not granted, and is withdrawn.
		 * @param refusal why
		 */
		void refused(ClaimRefusal refusal);

	}

	/**
	 * Sends frames.
	 */
	public interface Sender {

		boolean send(ReplicaId to, byte[] frame);

	}

}
