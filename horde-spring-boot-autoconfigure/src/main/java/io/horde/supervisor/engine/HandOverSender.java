package io.horde.supervisor.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

import io.horde.cluster.Member;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MemberState;
import io.horde.crdt.ReplicaId;
import io.horde.process.StartReason;
import io.horde.process.StopReason;
import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.StopListener;
import io.horde.process.engine.StopOrder;
import io.horde.supervisor.ProcessMovedEvent;
import io.horde.supervisor.engine.SupervisorMessage.HandOverCommand;
import io.horde.supervisor.engine.SupervisorMessage.HandOverRefused;
import io.horde.supervisor.engine.SupervisorMessage.HandedOver;
import io.horde.supervisor.ownership.ChildFacts.Here;
import io.horde.supervisor.ownership.ChildFacts.Want;
import io.horde.supervisor.ownership.Ledger;
import io.horde.supervisor.ownership.Placement;
import io.horde.supervisor.ownership.Placement.Phase;
import io.horde.time.clock.Timers;
import org.jspecify.annotations.Nullable;

/**
 * Moves running children to other nodes, with their state. Confined to the loop.
 */
final class HandOverSender {

	/*
	 * The old node stays responsible until the new one runs the child (O7): it writes
	 * MOVING, stops its copy, keeps the state, and sends it. The new node claims a higher
	 * epoch which names the old one as its origin, and starts. When the old node sees the
	 * new one run it drops the state. When the new one refuses, fails, dies or is late,
	 * the old one writes a higher epoch, which withdraws the claim, and tries the next
	 * member; in the end it starts the child again itself. If the old node dies
	 * meanwhile, its placement is taken over like any other; if both die, so is the
	 * claim.
	 */

	/** How often a node that leaves offers a child to all others that can't start it. */
	private static final int ROUNDS = 3;

	private static final Duration FIRST_REPETITION = Duration.ofMillis(500);

	private final Commons commons;

	private final Ledger ledger;

	private final LocalChildren locals;

	private final TreeMap<String, Move> moves = new TreeMap<>();

	private final Batches<HandedOver> ready;

	private boolean abandoned;

	HandOverSender(Commons commons, LocalChildren locals) {
		this.commons = commons;
		this.ledger = commons.ledger();
		this.locals = locals;
		this.ready = new Batches<>(commons.loop(), HandOverSender::size,
				(target, children) -> commons.outbox().send(target, new HandOverCommand(children)));
	}

	int underWay() {
		return this.moves.size();
	}

	boolean isMoving(String id) {
		return this.moves.containsKey(id);
	}

	/**
	 * Move running children, each to its target.
	 * @param order on which terms they are stopped
	 * @param ended told once per child
	 */
	void move(Map<LocalChild, MemberState> targets, StopOrder order, MoveListener ended) {
		List<Move> begun = new ArrayList<>();
		Map<String, Placement> placements = new TreeMap<>();
		targets.forEach((child, target) -> {
			if (child.here() == Here.RUNNING && !this.moves.containsKey(child.id())) {
				Move move = new Move(child, target.id(), ended, new Timers(this.commons.loop()));
				this.moves.put(child.id(), move);
				child.placement(child.placement().with(Phase.MOVING));
				begun.add(move);
				placements.put(child.id(), child.placement());
			}
		});
		this.ledger.put(placements);
		for (Move move : begun) {
			this.locals.stopForMove(move.child, order, new StopListener() {

				@Override
				public void stopped(byte @Nullable [] state) {
					HandOverSender.this.stopped(move, state);
				}

				@Override
				public void calledOff(String why) {
					HandOverSender.this.calledOff(move, why);
				}

			});
		}
	}

	/**
	 * Tell which terms moves have that somebody wishes, and that are called off if the
	 * child's work takes too long.
	 */
	static StopOrder voluntarily() {
		return new StopOrder(StopReason.MOVED, true, null, true);
	}

	/**
	 * This node leaves: no move is called off from now on.
	 * @param timeout how long the work of a child is awaited
	 */
	void leaving(Duration timeout) {
		StopOrder order = new StopOrder(StopReason.MOVED, true, timeout, false);
		for (Move move : this.moves.values()) {
			LocalProcess process = move.child.process();
			if (!move.stopped && process != null) {
				process.stop(order, (state) -> {
				});
			}
		}
	}

	private void calledOff(Move move, String why) {
		this.commons.counters().movesCalledOff().increment();
		this.moves.remove(move.child.id());
		move.ended.ended(move.child.id(), null, why + ", so it stays on node '" + this.ledger.node() + "'");
	}

	private void stopped(Move move, byte @Nullable [] state) {
		move.handed = HandedState.of(move.child.process(), state);
		move.stopped = true;
		if (this.abandoned) {
			end(move, "this node stops");
			return;
		}
		if (this.ledger.want(move.child.id(), move.child.wanted().dot()) == Want.END) {
			end(move, "it was terminated");
			this.ledger.removeOwn(move.child.id());
			return;
		}
		Placement placement = this.ledger.placement(move.child.id());
		if (placement != null && placement.epoch() > move.child.epoch()) {
			/* Others have taken it over while this node stood still. */
			changed(move.child.id());
			return;
		}
		send(move, move.target);
	}

	private void send(Move move, ReplicaId target) {
		move.target = target;
		move.tried.add(target.node());
		this.ready.add(target, handedOver(move));
		Duration deadline = this.commons.settings().startDeadline();
		move.timers.cancel();
		repeatAfter(move, FIRST_REPETITION);
		move.timers.after(deadline, () -> next(move, "node '" + target.node() + "' did not run it within " + deadline));
	}

	private void repeatAfter(Move move, Duration pause) {
		move.timers.again(pause, () -> repeat(move, pause.multipliedBy(2)));
	}

	private static HandedOver handedOver(Move move) {
		LocalChild child = move.child;
		Placement placement = child.placement();
		return new HandedOver(child.id(), child.wanted().dot(), child.epoch(), placement.history(), move.handed.state(),
				TickDelay.of(move.handed.ticks()), placement.value());
	}

	private static int length(byte @Nullable [] bytes) {
		return (bytes != null) ? bytes.length : 0;
	}

	private static int size(HandedOver child) {
		int ticks = child.ticks().stream().mapToInt((tick) -> 10 + 3 * tick.schedule().length()).sum();
		return 100 + 3 * child.id().length() + ticks + length(child.state()) + length(child.value());
	}

	/*
	 * What is on its way when a link breaks is lost, and meanwhile the child runs
	 * nowhere.
	 */
	private void repeat(Move move, Duration pause) {
		String id = move.child.id();
		Placement placement = this.ledger.placement(id);
		boolean placedHigher = placement != null && placement.epoch() > move.child.epoch();
		if (!placedHigher) {
			this.commons.outbox().offer(move.target, new HandOverCommand(List.of(handedOver(move))));
			repeatAfter(move, pause);
		}
	}

	/**
	 * Look whether a move of a child has come to its end, or has to go on elsewhere.
	 */
	void changed(String id) {
		Move move = this.moves.get(id);
		if (move == null || !move.stopped) {
			return;
		}
		if (this.ledger.want(id, move.child.wanted().dot()) == Want.END) {
			end(move, "it was terminated");
			this.ledger.removeOwn(id);
			return;
		}
		Placement placement = this.ledger.placement(id);
		if (placement == null || placement.epoch() <= move.child.epoch()) {
			if (this.ledger.view().hides(move.target)) {
				next(move, "node '" + move.target.node() + "' is gone");
			}
			return;
		}
		boolean elsewhere = !placement.owner().equals(this.ledger.self());
		boolean alive = !this.ledger.view().hides(placement.owner());
		if (elsewhere && alive && placement.phase().isRunning()) {
			succeeded(move, placement);
		}
		else if (elsewhere && alive && !placement.owner().equals(move.target)) {
			end(move, "node '" + placement.owner().node() + "' has claimed it");
			this.ledger.removeOwn(id);
		}
		else if (!alive) {
			next(move, "node '" + move.target.node() + "' is gone");
		}
		else if (!elsewhere) {
			move.givenBack = true;
			next(move, "node '" + move.target.node() + "' could not start it: " + placement.error());
		}
	}

	private void succeeded(Move move, Placement placement) {
		this.commons.counters().moves().increment();
		LocalChild child = move.child;
		this.commons.events()
			.accept(new ProcessMovedEvent(
					child.wanted().ref(placement.owner().node(), placement.epoch(), placement.phase().state())));
		end(move, placement.owner().node(), move.reason);
	}

	private void end(Move move, @Nullable String failure) {
		end(move, null, failure);
	}

	private void end(Move move, @Nullable String node, @Nullable String failure) {
		this.moves.remove(move.child.id());
		move.timers.cancel();
		this.locals.release(move.child);
		move.ended.ended(move.child.id(), node, failure);
	}

	private void next(Move move, String reason) {
		LocalChild child = move.child;
		this.commons.failures().add("were not taken over", child.wanted(), reason, null);
		move.reason = reason;
		move.timers.cancel();
		this.commons.placer().whenChosen(child.wanted(), (choice) -> {
			if (this.moves.get(child.id()) != move) {
				return;
			}
			MemberState target = this.ledger.livingElsewhere(untried(move, choice.member()));
			long epoch = this.ledger.nextEpoch(child.id(), child.epoch());
			Placement taken = new Placement(this.ledger.self(), epoch, Phase.MOVING, child.placement().desired(),
					StartReason.HAND_OFF, null, 0, child.placement().history(), reason, child.placement().value());
			child.placement(taken);
			if (target != null) {
				this.ledger.put(child.id(), taken);
				send(move, target.id());
			}
			else {
				stay(move, taken, reason, this.ledger.livingElsewhere(choice.member()));
			}
		});
	}

	private @Nullable Member untried(Move move, @Nullable Member chosen) {
		if (chosen != null && !move.tried.contains(chosen.name())) {
			return chosen;
		}
		LocalChild child = move.child;
		List<Member> preferred = this.commons.placer()
			.view()
			.ring(this.commons.placer().request(child.wanted()))
			.preferenceList(child.id(), move.tried.size() + 2);
		for (Member member : preferred) {
			if (!move.tried.contains(member.name()) && !member.self()) {
				return member;
			}
		}
		return null;
	}

	/* Nobody else takes it. */
	private void stay(Move move, Placement taken, String reason, @Nullable MemberState chosen) {
		LocalChild child = move.child;
		if (this.ledger.view().own().status() != MemberStatus.LEAVING) {
			HandedState handed = move.handed;
			end(move, reason);
			Placement placed = taken.with(Phase.CLAIMED);
			this.ledger.put(child.id(), placed);
			this.locals.startAgain(child.wanted(), placed, handed, reason);
			return;
		}
		move.rounds += move.givenBack ? 1 : 0;
		move.givenBack = false;
		if (move.rounds >= ROUNDS && chosen != null) {
			giveUp(move, taken, chosen.id(), reason);
		}
		else {
			offerAgain(move, taken, reason);
		}
	}

	/* A node that leaves keeps the state until it is gone. */
	private void offerAgain(Move move, Placement taken, String reason) {
		/*
		 * Else each look at the child would find a target that is gone, and try anew at
		 * once.
		 */
		move.target = this.ledger.self();
		this.ledger.put(move.child.id(), taken);
		move.tried.clear();
		move.timers.after(this.commons.settings().backoffInitial().plusMillis(100), () -> next(move, reason));
	}

	/*
	 * Nobody can start it with what is handed over, and to wait would not help: who it
	 * belongs to begins without the state (O12).
	 */
	private void giveUp(Move move, Placement taken, ReplicaId chosen, String reason) {
		LocalChild child = move.child;
		this.commons.failures()
			.add("go on elsewhere without their state, since no node could start them with it", child.wanted(), reason,
					null);
		Placement passed = new Placement(chosen, this.ledger.nextEpoch(child.id(), taken.epoch()), Phase.CLAIMED,
				taken.desired(), StartReason.TAKEOVER, null, 0, taken.history(), reason, taken.value());
		this.ledger.put(child.id(), passed);
		end(move, reason);
	}

	/**
	 * Take the answer of a node that does not take a child over.
	 */
	void refused(HandOverRefused refused) {
		Move move = this.moves.get(refused.id());
		if (move != null && move.stopped && move.child.epoch() == refused.epoch()) {
			next(move, "node '" + move.target.node() + "' refused: " + refused.reason());
		}
	}

	void viewChanged() {
		List.copyOf(this.moves.keySet()).forEach(this::changed);
	}

	/**
	 * End all moves, because the node stops.
	 */
	void abandon() {
		this.abandoned = true;
		for (Move move : List.copyOf(this.moves.values())) {
			if (move.stopped) {
				end(move, "this node stops");
			}
		}
	}

	/**
	 * Is told how a move ended.
	 */
	interface MoveListener {

		/**
		 * A move has ended.
		 * @param node where it runs now, or {@code null} if it did not move
		 * @param failure why it did not move, or not to its first target
		 */
		void ended(String id, @Nullable String node, @Nullable String failure);

	}

	private static final class Move {

		private final LocalChild child;

		private final MoveListener ended;

		private final TreeSet<String> tried = new TreeSet<>();

		private ReplicaId target;

		private HandedState handed = HandedState.NONE;

		private boolean stopped;

		/** Whether a node of this round has tried to start it. */
		private boolean givenBack;

		private int rounds;

		/** Why the last attempt has failed. */
		private @Nullable String reason;

		/** Of the present attempt, or the pause after the last one. */
		private final Timers timers;

		Move(LocalChild child, ReplicaId target, MoveListener ended, Timers timers) {
			this.timers = timers;
			this.child = child;
			this.target = target;
			this.ended = ended;
		}

	}

}
