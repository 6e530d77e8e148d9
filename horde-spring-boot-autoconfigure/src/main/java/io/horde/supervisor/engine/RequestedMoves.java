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
import io.horde.supervisor.ownership.ChildFacts.Here;
import io.horde.supervisor.ownership.ChildFacts.Owner;
import io.horde.supervisor.ownership.Ledger;
import io.horde.supervisor.ownership.Placement;
import io.horde.supervisor.ownership.Wanted;
import org.jspecify.annotations.Nullable;

/**
 * Moves that somebody asked for, on the caller's side and on the owner's. Confined to the
 * loop.
 */
final class RequestedMoves {

	private final Commons commons;

	private final Ledger ledger;

	private final LocalChildren locals;

	private final HandOverSender handOver;

	private final PeerKnowledge peers;

	private final Map<String, List<Request>> requests = new HashMap<>();

	RequestedMoves(Commons commons, LocalChildren locals, HandOverSender handOver, PeerKnowledge peers) {
		this.commons = commons;
		this.ledger = commons.ledger();
		this.locals = locals;
		this.handOver = handOver;
		this.peers = peers;
	}

	/**
	 * Move a child.
	 * @param done called on the loop, once
	 */
	void move(String id, String member, BiConsumer<@Nullable ProcessRef, @Nullable HordeException> done) {
		this.peers.whenKnown(id, (wanted) -> move(id, wanted, member, done), (failure) -> done.accept(null,
				(failure != null) ? failure : new HordeException("There is no child '" + id + "' to move")));
	}

	private void move(String id, Wanted wanted, String member,
			BiConsumer<@Nullable ProcessRef, @Nullable HordeException> done) {
		Request request = new Request(done);
		Placement placement = this.ledger.placement(id);
		MemberState target = this.ledger.view().living(member);
		if (target == null || !isCandidate(id, wanted, member)) {
			String reason = this.commons.placer()
				.view()
				.excluded(this.commons.placer().request(wanted))
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
		Duration deadline = this.commons.settings().startDeadline();
		this.commons.loop()
			.schedule(deadline, () -> end(id, request, null, new HordeException("Child '" + id
					+ "' does not run on node '" + member + "' within " + deadline + " after it was told to move")));
		this.commons.waiters().await(id, () -> {
			ProcessRef row = this.commons.table().row(id);
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
				this.commons.outbox().send(placement.owner(), new MoveRequest(id, member));
			}
		}
	}

	private boolean isCandidate(String id, Wanted wanted, String member) {
		return this.commons.placer()
			.view()
			.candidates(this.commons.placer().request(wanted))
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
			this.commons.outbox().offer(from, new MoveFailed(request.id(), "its owner does not see the target"));
		}
		else if (!target.id().equals(this.ledger.self())) {
			moveOwn(from, request.id(), target);
		}
	}

	private void moveOwn(ReplicaId caller, String id, MemberState target) {
		LocalChild child = this.locals.get(id);
		if (child == null || child.here() != Here.RUNNING) {
			failed(caller, id, "it does not run on node '" + this.ledger.node() + "'");
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
			this.commons.outbox().offer(caller, new MoveFailed(id, reason));
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
