package io.horde.supervisor.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

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
import io.horde.time.EventLoop;

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

	private final Map<String, List<CompletableFuture<ProcessRef>>> requests = new HashMap<>();

	RequestedMoves(Commons commons, LocalChildren locals, HandOverSender handOver, PeerKnowledge peers) {
		this.commons = commons;
		this.ledger = commons.ledger();
		this.locals = locals;
		this.handOver = handOver;
		this.peers = peers;
	}

	/**
	 * Move a child.
	 * @return completes on the loop with where it runs then, or why it does not
	 */
	CompletableFuture<ProcessRef> move(String id, String member) {
		return this.peers.whenKnown(id)
			.thenCompose((wanted) -> (wanted != null) ? move(wanted, member)
					: failed("There is no child '" + id + "' to move"));
	}

	private CompletableFuture<ProcessRef> move(Wanted wanted, String member) {
		String id = wanted.id();
		Placement placement = this.ledger.placement(id);
		MemberState target = this.ledger.view().living(member);
		if (target == null || !isCandidate(wanted, member)) {
			String reason = this.commons.placer()
				.view()
				.excluded(this.commons.placer().request(wanted))
				.getOrDefault(member, "is not a member");
			return CompletableFuture.failedFuture(new NoEligibleMemberException(
					"Child '" + id + "' can't move to node '" + member + "', which " + reason));
		}
		Owner owner = this.ledger.owner(placement);
		if (placement == null || owner.isAway()) {
			return failed("Child '" + id + "' runs nowhere at present and can't be moved");
		}
		CompletableFuture<ProcessRef> request = await(id, member);
		if (!request.isDone()) {
			if (owner == Owner.SELF) {
				moveOwn(this.ledger.self(), id, target);
			}
			else {
				this.commons.outbox().send(placement.owner(), new MoveRequest(id, member));
			}
		}
		return request;
	}

	private CompletableFuture<ProcessRef> await(String id, String member) {
		CompletableFuture<ProcessRef> request = new CompletableFuture<>();
		this.requests.computeIfAbsent(id, (key) -> new ArrayList<>()).add(request);
		Duration deadline = this.commons.settings().startDeadline();
		EventLoop.Timer timer = this.commons.loop()
			.schedule(deadline, () -> request.completeExceptionally(new HordeException("Child '" + id
					+ "' does not run on node '" + member + "' within " + deadline + " after it was told to move")));
		this.commons.waiters().await(id, () -> {
			ProcessRef row = this.commons.table().row(id);
			if (row == null) {
				request.completeExceptionally(new HordeException("Child '" + id + "' was terminated while it moved"));
			}
			else if (row.state() == ProcessState.RUNNING && row.node().equals(member)) {
				request.complete(row);
			}
			return request.isDone();
		});
		request.whenComplete((row, failure) -> {
			timer.cancel();
			this.requests.computeIfPresent(id, (key, open) -> {
				open.remove(request);
				return open.isEmpty() ? null : open;
			});
			this.commons.waiters().changed(id);
		});
		return request;
	}

	private static CompletableFuture<ProcessRef> failed(String message) {
		return CompletableFuture.failedFuture(new HordeException(message));
	}

	private boolean isCandidate(Wanted wanted, String member) {
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
		this.handOver.move(targets, HandOverSender.voluntarily(), (moved, node, failure) -> {
			if (node == null) {
				failed(caller, id, Objects.requireNonNullElse(failure, "unknown"));
			}
			else if (failure != null && !node.equals(target.name())) {
				failed(caller, id, failure + ", so it runs on node '" + node + "' now");
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
		HordeException failure = new HordeException("Child '" + failed.id() + "' was not moved: " + failed.reason());
		List.copyOf(this.requests.getOrDefault(failed.id(), List.of()))
			.forEach((request) -> request.completeExceptionally(failure));
	}

}
