package io.horde.supervisor.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

import io.horde.HordeException;
import io.horde.cluster.Member;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MemberState;
import io.horde.crdt.ReplicaId;
import io.horde.distribution.NoEligibleMemberException;
import io.horde.process.ProcessState;
import io.horde.supervisor.ProcessRef;
import io.horde.supervisor.engine.SupervisorMessage.MoveFailed;
import io.horde.supervisor.engine.SupervisorMessage.MoveRequest;
import io.horde.supervisor.ownership.Decision.Here;
import io.horde.supervisor.ownership.Decision.Owner;
import io.horde.supervisor.ownership.Ledger;
import io.horde.supervisor.ownership.Ledger.Wanted;
import io.horde.supervisor.ownership.Placement;
import io.horde.supervisor.ownership.Placer;
import io.horde.supervisor.ownership.SupervisorSettings;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Moves that somebody asked for, on the caller's side and on the owner's. Confined to the
 * loop.
 */
final class RequestedMoves {

	private final EventLoop loop;

	private final Ledger ledger;

	private final Placer placer;

	private final LocalChildren locals;

	private final HandOverSender handOver;

	private final ChildTable table;

	private final Waiters waiters;

	private final SupervisorOutbox outbox;

	private final PeerKnowledge peers;

	private final SupervisorSettings settings;

	private final Map<String, List<Request>> requests = new HashMap<>();

	RequestedMoves(Commons commons, LocalChildren locals, HandOverSender handOver, PeerKnowledge peers) {
		this.loop = commons.loop();
		this.ledger = commons.ledger();
		this.placer = commons.placer();
		this.locals = locals;
		this.handOver = handOver;
		this.table = commons.table();
		this.waiters = commons.waiters();
		this.outbox = commons.outbox();
		this.peers = peers;
		this.settings = commons.settings();
	}

	/**
	 * Move a child.
	 * @param done called on the loop, once
	 */
	void move(String id, String member, BiConsumer<@Nullable ProcessRef, @Nullable HordeException> done) {
		Wanted wanted = this.ledger.wanted(id);
		if (wanted != null) {
			move(id, wanted, member, done);
			return;
		}
		this.peers.awaitArrival(id, (arrived, failure) -> {
			Wanted late = this.ledger.wanted(id);
			if (late != null) {
				move(id, late, member, done);
			}
			else {
				done.accept(null,
						(failure != null) ? failure : new HordeException("There is no child '" + id + "' to move"));
			}
		});
	}

	private void move(String id, Wanted wanted, String member,
			BiConsumer<@Nullable ProcessRef, @Nullable HordeException> done) {
		Request request = new Request(done);
		Placement placement = this.ledger.placement(id);
		MemberState target = this.ledger.view().living(member);
		if (target == null || !isCandidate(id, wanted, member)) {
			String reason = this.placer.view()
				.excluded(this.placer.request(id, wanted.spec(), wanted.instance()))
				.getOrDefault(member, "is not a member");
			request.fail(new NoEligibleMemberException(
					"Child '" + id + "' can't move to node '" + member + "', which " + reason));
			return;
		}
		Owner owner = this.ledger.owner(placement);
		if (placement == null || owner.isAway()) {
			request.fail(new HordeException("Child '" + id + "' runs nowhere at present and can't be moved"));
			return;
		}
		this.requests.computeIfAbsent(id, (key) -> new ArrayList<>()).add(request);
		Duration deadline = this.settings.startDeadline();
		this.loop.schedule(deadline, () -> end(id, request, null, new HordeException("Child '" + id
				+ "' does not run on node '" + member + "' within " + deadline + " after it was told to move")));
		this.waiters.await(id, () -> {
			ProcessRef row = this.table.row(id);
			if (row != null && row.state() == ProcessState.RUNNING && row.node().equals(member)) {
				end(id, request, row, null);
			}
			else if (row == null) {
				end(id, request, null, new HordeException("Child '" + id + "' was terminated while it moved"));
			}
			return request.done;
		});
		if (!request.done) {
			if (owner == Owner.SELF) {
				moveOwn(this.ledger.self(), id, target);
			}
			else {
				this.outbox.send(placement.owner(), new MoveRequest(id, member));
			}
		}
	}

	private boolean isCandidate(String id, Wanted wanted, String member) {
		return this.placer.view()
			.candidates(this.placer.request(id, wanted.spec(), wanted.instance()))
			.stream()
			.map(Member::name)
			.anyMatch(member::equals);
	}

	/**
	 * Do what another node asks for.
	 */
	void received(ReplicaId from, MoveRequest request) {
		MemberState target = this.ledger.view().living(request.member());
		if (target == null || target.status() != MemberStatus.UP) {
			this.outbox.offer(from, new MoveFailed(request.id(), "its owner does not see the target"));
		}
		else if (!target.id().equals(this.ledger.self())) {
			moveOwn(from, request.id(), target);
		}
	}

	private void moveOwn(ReplicaId caller, String id, MemberState target) {
		LocalChild child = this.locals.get(id);
		if (child == null || child.here() != Here.RUNNING) {
			failed(caller, id, "it does not run on node '" + this.ledger.self().node() + "'");
			return;
		}
		Map<LocalChild, MemberState> targets = new LinkedHashMap<>();
		targets.put(child, target);
		this.handOver.move(targets, (moved, failure) -> {
			if (failure != null) {
				failed(caller, id, failure);
			}
		});
	}

	private void failed(ReplicaId caller, String id, String reason) {
		if (caller.equals(this.ledger.self())) {
			failed(new MoveFailed(id, reason));
		}
		else {
			this.outbox.offer(caller, new MoveFailed(id, reason));
		}
	}

	/**
	 * Take the answer to a move that failed.
	 */
	void failed(MoveFailed failed) {
		List<Request> requests = this.requests.remove(failed.id());
		if (requests != null) {
			requests.forEach((request) -> request
				.fail(new HordeException("Child '" + failed.id() + "' was not moved: " + failed.reason())));
		}
	}

	private void end(String id, Request request, @Nullable ProcessRef row, @Nullable HordeException failure) {
		List<Request> requests = this.requests.get(id);
		if (requests != null) {
			requests.remove(request);
			if (requests.isEmpty()) {
				this.requests.remove(id);
			}
		}
		request.end(row, failure);
	}

	private static final class Request {

		private final BiConsumer<@Nullable ProcessRef, @Nullable HordeException> outcome;

		private boolean done;

		Request(BiConsumer<@Nullable ProcessRef, @Nullable HordeException> outcome) {
			this.outcome = outcome;
		}

		void fail(HordeException failure) {
			end(null, failure);
		}

		void end(@Nullable ProcessRef row, @Nullable HordeException failure) {
			if (!this.done) {
				this.done = true;
				this.outcome.accept(row, failure);
			}
		}

	}

}
