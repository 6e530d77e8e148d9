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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

	private static final Logger logger = LoggerFactory.getLogger(HandOverSender.class);

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
	 * @param ended called once per child with {@code null}, or why it did not move
	 */
	void move(Map<LocalChild, MemberState> targets, StopOrder order, MoveListener ended) {
		List<Move> begun = new ArrayList<>();
		targets.forEach((child, target) -> {
			if (child.here() == Here.RUNNING && !this.moves.containsKey(child.id())) {
				Move move = new Move(child, target.id(), ended);
				this.moves.put(child.id(), move);
				child.placement(child.placement().with(Phase.MOVING));
				begun.add(move);
			}
		});
		this.ledger.write((writes) -> {
			for (Move move : begun) {
				writes.put(this.ledger.placements(), move.child.id(), move.child.placement());
			}
			return begun.size();
		});
		for (Move move : begun) {
			this.locals.stopForMove(move.child, order, new StopListener() {

				@Override
				public void stopped(byte @Nullable [] state) {
					HandOverSender.this.stopped(move, state);
				}

				@Override
				public void calledOff() {
					HandOverSender.this.calledOff(move);
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

	private void calledOff(Move move) {
		this.commons.counters().movesCalledOff().increment();
		this.moves.remove(move.child.id());
		move.ended.ended(move.child.id(),
				"its work did not end within its shutdown timeout, so it stays on node '" + this.ledger.node() + "'");
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
		LocalChild child = move.child;
		this.ready.add(target, handedOver(move));
		long attempt = ++move.attempt;
		this.commons.loop().schedule(FIRST_REPETITION, () -> repeat(move, attempt, FIRST_REPETITION));
		Duration deadline = this.commons.settings().startDeadline();
		this.commons.loop().schedule(deadline, () -> {
			if (this.moves.get(child.id()) == move && move.attempt == attempt) {
				next(move, "node '" + target.node() + "' did not run it within " + deadline);
			}
		});
	}

	private static HandedOver handedOver(Move move) {
		LocalChild child = move.child;
		return new HandedOver(child.id(), child.wanted().dot(), child.epoch(), child.placement().history(),
				move.handed.state(), TickDelay.of(move.handed.ticks()));
	}

	private static int size(HandedOver child) {
		byte[] state = child.state();
		int ticks = child.ticks().stream().mapToInt((tick) -> 10 + 3 * tick.schedule().length()).sum();
		return 100 + 3 * child.id().length() + ticks + ((state != null) ? state.length : 0);
	}

	/*
	 * What is on its way when a link breaks is lost, and meanwhile the child runs
	 * nowhere.
	 */
	private void repeat(Move move, long attempt, Duration waited) {
		String id = move.child.id();
		Placement placement = this.ledger.placement(id);
		boolean placedHigher = placement != null && placement.epoch() > move.child.epoch();
		if (this.moves.get(id) == move && move.attempt == attempt && !placedHigher) {
			this.commons.outbox().offer(move.target, new HandOverCommand(List.of(handedOver(move))));
			Duration next = waited.multipliedBy(2);
			this.commons.loop().schedule(next, () -> repeat(move, attempt, next));
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
		else if (!elsewhere || !alive) {
			next(move, (alive) ? "node '" + move.target.node() + "' gave it back"
					: "node '" + move.target.node() + "' is gone");
		}
	}

	private void succeeded(Move move, Placement placement) {
		this.commons.counters().moves().increment();
		LocalChild child = move.child;
		this.commons.events()
			.accept(new ProcessMovedEvent(
					child.wanted().ref(placement.owner().node(), placement.epoch(), placement.phase().state())));
		end(move, null);
	}

	private void end(Move move, @Nullable String failure) {
		this.moves.remove(move.child.id());
		this.locals.release(move.child);
		move.ended.ended(move.child.id(), failure);
	}

	private void next(Move move, String reason) {
		LocalChild child = move.child;
		logger.debug("Child '{}' was not taken over: {}", child.id(), reason);
		this.commons.placer().whenChosen(child.wanted(), (choice) -> {
			if (this.moves.get(child.id()) != move) {
				return;
			}
			MemberState target = this.ledger.livingElsewhere(untried(move, choice.member()));
			long epoch = this.ledger.nextEpoch(child.id(), child.epoch());
			Placement taken = new Placement(this.ledger.self(), epoch, Phase.MOVING, child.placement().desired(),
					StartReason.HAND_OFF, null, 0, child.placement().history(), reason);
			child.placement(taken);
			if (target != null) {
				this.ledger.put(child.id(), taken);
				send(move, target.id());
			}
			else {
				runAgain(move, taken, reason);
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
			.preferenceList(child.id(), move.tried.size() + 1);
		for (Member member : preferred) {
			if (!move.tried.contains(member.name()) && !member.self()) {
				return member;
			}
		}
		return null;
	}

	/* Nobody else takes it. A node that leaves keeps the state until it is gone. */
	private void runAgain(Move move, Placement taken, String reason) {
		LocalChild child = move.child;
		HandedState handed = move.handed;
		if (this.ledger.view().own().status() == MemberStatus.LEAVING) {
			move.attempt++;
			/*
			 * Else each look at the child would find a target that is gone, and try anew
			 * at once.
			 */
			move.target = this.ledger.self();
			this.ledger.put(child.id(), taken);
			move.tried.clear();
			this.commons.loop().schedule(this.commons.settings().backoffInitial().plusMillis(100), () -> {
				if (this.moves.get(child.id()) == move && this.ledger.view().own().status() == MemberStatus.LEAVING) {
					next(move, reason);
				}
			});
			return;
		}
		end(move, reason);
		Placement placed = taken.with(Phase.CLAIMED);
		this.ledger.put(child.id(), placed);
		this.locals.start(child.wanted(), placed, handed);
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
		 * @param failure why it did not move, or {@code null} if it did
		 */
		void ended(String id, @Nullable String failure);

	}

	private static final class Move {

		private final LocalChild child;

		private final MoveListener ended;

		private final TreeSet<String> tried = new TreeSet<>();

		private ReplicaId target;

		private HandedState handed = HandedState.NONE;

		private boolean stopped;

		private long attempt;

		Move(LocalChild child, ReplicaId target, MoveListener ended) {
			this.child = child;
			this.target = target;
			this.ended = ended;
		}

	}

}
