package io.horde.supervisor.engine;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.horde.cluster.membership.MemberState;
import io.horde.process.StopReason;
import io.horde.process.engine.StopOrder;
import io.horde.supervisor.ownership.ChildFacts.Here;
import io.horde.supervisor.ownership.Ledger;
import io.horde.supervisor.ownership.Placer;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leaves the cluster: hands all children over in parallel, says good-bye, and stops what
 * is left. Confined to the loop.
 */
final class Drain {

	private static final Logger logger = LoggerFactory.getLogger(Drain.class);

	private static final Duration RELEASE = Duration.ofSeconds(1);

	private static final Duration SHORTEST_STOP = Duration.ofSeconds(1);

	private final Commons commons;

	private final EventLoop loop;

	private final Ledger ledger;

	private final LocalChildren locals;

	private final HandOverSender handOver;

	private final Reconciler reconciler;

	private @Nullable CompletableFuture<Void> left;

	private EventLoop.@Nullable Timer deadline;

	private boolean over;

	private boolean checking;

	private boolean lookAgain;

	private int moved;

	private long began;

	Drain(Commons commons, LocalChildren locals, HandOverSender handOver, Reconciler reconciler) {
		this.commons = commons;
		this.loop = commons.loop();
		this.ledger = commons.ledger();
		this.locals = locals;
		this.handOver = handOver;
		this.reconciler = reconciler;
	}

	/**
	 * Begin to leave.
	 * @return completes on the loop
	 */
	CompletableFuture<Void> begin() {
		if (this.left != null) {
			return this.left;
		}
		CompletableFuture<Void> left = new CompletableFuture<>();
		this.left = left;
		this.began = this.loop.nanoTime();
		this.ledger.membership().leaving();
		logger.info("{} leaves the cluster and hands {} children over within {} ms", this.ledger.node(),
				this.locals.all().size(), this.commons.settings().drainTimeout().toMillis());
		this.deadline = this.loop.schedule(this.commons.settings().drainTimeout(), this::finish);
		this.handOver.leaving(left());
		this.reconciler.changed(this.commons.table().ownedBy(this.ledger.self()));
		lookAgain();
		return left;
	}

	/**
	 * Look soon which children can be handed over now.
	 */
	void lookAgain() {
		this.lookAgain = true;
		changed();
	}

	/**
	 * Look soon whether anything is left to hand over.
	 */
	void changed() {
		if (this.left != null && !this.over && !this.checking) {
			this.checking = true;
			this.loop.execute(this::check);
		}
	}

	private void check() {
		this.checking = false;
		if (this.over) {
			return;
		}
		if (!hasOthers()) {
			finish();
			return;
		}
		if (this.lookAgain) {
			this.lookAgain = false;
			handOver();
		}
		if (this.locals.isEmpty() && !this.commons.table().isOwner(this.ledger.self())) {
			finish();
		}
		else if (this.handOver.underWay() == 0 && stuck()) {
			finish();
		}
	}

	private void handOver() {
		Map<LocalChild, MemberState> targets = new LinkedHashMap<>();
		for (LocalChild child : this.locals.all()) {
			if (child.here() == Here.RUNNING && !this.handOver.isMoving(child.id())) {
				Placer.Choice choice = this.commons.placer().choose(child.wanted(), this::lookAgain);
				MemberState target = this.ledger.livingElsewhere(choice.member());
				if (target != null) {
					targets.put(child, target);
				}
			}
		}
		if (!targets.isEmpty()) {
			this.handOver.move(targets, new StopOrder(StopReason.MOVED, true, left(), false), (id, node, failure) -> {
				this.moved += (node != null) ? 1 : 0;
				changed();
			});
		}
	}

	private boolean hasOthers() {
		return this.ledger.view().up().stream().anyMatch((member) -> !member.id().equals(this.ledger.self()));
	}

	/* Nobody may run what is left: to wait would not help. */
	private boolean stuck() {
		for (LocalChild child : this.locals.all()) {
			Placer.Choice choice = this.commons.placer().choose(child.wanted(), this::lookAgain);
			if (child.here() == Here.STOPPING || child.here() == Here.STARTING || choice.member() != null
					|| !choice.decided()) {
				return false;
			}
		}
		return !this.locals.all().isEmpty();
	}

	/**
	 * Wait for others no longer: this node is out.
	 */
	void expelled() {
		if (this.left != null) {
			finish();
		}
	}

	private void finish() {
		if (this.over) {
			return;
		}
		this.over = true;
		if (this.deadline != null) {
			this.deadline.cancel();
		}
		this.handOver.abandon();
		int rest = this.locals.all().size();
		this.locals.stopAll(new StopOrder(StopReason.SHUTDOWN, false, atLeastMargin(left()), false),
				() -> released(rest));
	}

	/* Who is idle needs a moment to be destroyed. */
	private static Duration atLeastMargin(Duration left) {
		return (left.compareTo(SHORTEST_STOP) < 0) ? SHORTEST_STOP : left;
	}

	/**
	 * Return what is left of the drain timeout.
	 */
	private Duration left() {
		Duration passed = Duration.ofNanos(this.loop.nanoTime() - this.began);
		Duration left = this.commons.settings().drainTimeout().minus(passed);
		return left.isNegative() ? Duration.ZERO : left;
	}

	/* Else the others would have to wait for promises to run out (Q10). */
	private void released(int rest) {
		this.ledger.membership().leases().whenReleased(RELEASE, () -> left(rest));
	}

	private void left(int rest) {
		this.commons.failures().flush();
		List<LocalChild> stuck = this.locals.stuck();
		if (!stuck.isEmpty()) {
			stayed(stuck);
		}
		else {
			sayGoodBye(rest);
		}
		if (this.left != null) {
			this.left.complete(null);
		}
	}

	/* Who said good-bye would let others run what may still run here (T9). */
	private void stayed(List<LocalChild> stuck) {
		logger.error(
				"{} has {} children whose code goes on although it was interrupted: {}. It does not say good-bye to"
						+ " the cluster; others start them when this process is gone",
				this.ledger.node(), stuck.size(), stuck.stream().limit(10).map(LocalChild::id).toList());
	}

	private void sayGoodBye(int rest) {
		if (rest > 0 && hasOthers()) {
			logger.warn("{} left the cluster with {} children that nobody has taken over yet; the others start them"
					+ " without their state", this.ledger.node(), rest);
		}
		logger.info("{} has left the cluster: {} children were handed over and {} stopped in {} ms", this.ledger.node(),
				this.moved, rest, (this.loop.nanoTime() - this.began) / 1_000_000);
		this.ledger.membership().left();
	}

}
