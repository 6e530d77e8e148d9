package io.horde.registry.calls;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import io.horde.cluster.membership.MembershipView;
import io.horde.crdt.ReplicaId;
import io.horde.registry.CallOutcomeUnknownException;
import io.horde.registry.CallTimeoutException;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * The calls that the event loop has to think of: sent ones, those that a full window
 * blocks, those that wait for a name, and those that are to be made again. All tables are
 * bounded. Belongs to the loop but for the counts.
 */
final class TrackedCalls {

	private final EventLoop loop;

	private final int capacity;

	private final Map<ReplicaId, Map<Long, OutgoingCall>> sent = new TreeMap<>();

	private final Map<ReplicaId, Long> lastIds = new TreeMap<>();

	private final Map<ReplicaId, Deque<OutgoingCall>> blocked = new TreeMap<>();

	private final Map<String, Set<OutgoingCall>> waiting = new LinkedHashMap<>();

	private final Set<OutgoingCall> repeating = new LinkedHashSet<>();

	private volatile int sentCount;

	private volatile int waitingCount;

	/**
	 * Creates the tables.
	 * @param loop the event loop
	 * @param capacity how many calls may wait for one name, or for one link
	 */
	TrackedCalls(EventLoop loop, int capacity) {
		this.loop = loop;
		this.capacity = capacity;
	}

	int sentCount() {
		return this.sentCount;
	}

	int waitingCount() {
		return this.waitingCount;
	}

	long nextId(ReplicaId peer) {
		return this.lastIds.merge(peer, 1L, Long::sum);
	}

	void sent(OutgoingCall call, ReplicaId peer, long id) {
		call.sent(peer, id);
		this.sent.computeIfAbsent(peer, (replica) -> new LinkedHashMap<>()).put(id, call);
		this.sentCount++;
	}

	/**
	 * Take out a call that was sent.
	 * @param peer where to
	 * @param id under which id
	 * @return the call, or {@code null} if it is answered already
	 */
	@Nullable OutgoingCall take(ReplicaId peer, long id) {
		Map<Long, OutgoingCall> calls = this.sent.get(peer);
		if (calls == null) {
			return null;
		}
		OutgoingCall call = calls.remove(id);
		if (call != null) {
			this.sentCount--;
			if (calls.isEmpty()) {
				this.sent.remove(peer);
			}
		}
		return call;
	}

	Collection<OutgoingCall> takeSentTo(ReplicaId peer) {
		Map<Long, OutgoingCall> calls = this.sent.remove(peer);
		if (calls == null) {
			return List.of();
		}
		this.sentCount -= calls.size();
		return calls.values();
	}

	boolean isBlocked(ReplicaId peer) {
		return this.blocked.containsKey(peer);
	}

	/**
	 * Let a call wait for room on a link.
	 * @param call the call
	 * @param peer where to
	 * @return {@code false} if too many do
	 */
	boolean block(OutgoingCall call, ReplicaId peer) {
		Deque<OutgoingCall> queue = this.blocked.computeIfAbsent(peer, (replica) -> new ArrayDeque<>());
		if (queue.size() >= this.capacity) {
			return false;
		}
		call.blockedBy(peer);
		queue.add(call);
		this.waitingCount++;
		return true;
	}

	/**
	 * Take out the calls that a link blocks.
	 * @param peer where to
	 * @return the calls, the longest waiting first
	 */
	Deque<OutgoingCall> takeBlockedBy(ReplicaId peer) {
		Deque<OutgoingCall> queue = this.blocked.remove(peer);
		if (queue == null) {
			return new ArrayDeque<>();
		}
		this.waitingCount -= queue.size();
		return queue;
	}

	/**
	 * Put calls back behind the one that was blocked again.
	 * @param peer where to
	 * @param calls the calls
	 */
	void putBack(ReplicaId peer, Deque<OutgoingCall> calls) {
		this.blocked.computeIfAbsent(peer, (replica) -> new ArrayDeque<>()).addAll(calls);
		this.waitingCount += calls.size();
	}

	/**
	 * Let a call wait for its name.
	 * @param call the call
	 * @return {@code false} if too many do
	 */
	boolean await(OutgoingCall call) {
		Set<OutgoingCall> calls = this.waiting.computeIfAbsent(call.name(), (name) -> new LinkedHashSet<>());
		if (calls.size() >= this.capacity) {
			return false;
		}
		calls.add(call);
		this.waitingCount++;
		return true;
	}

	List<OutgoingCall> waitingFor(String name) {
		return List.copyOf(this.waiting.getOrDefault(name, Set.of()));
	}

	/**
	 * Let a call wait until it is made again.
	 * @return {@code false} if too many do
	 */
	boolean repeat(OutgoingCall call) {
		if (this.repeating.size() >= this.capacity) {
			return false;
		}
		this.repeating.add(call);
		this.waitingCount++;
		return true;
	}

	void untrack(OutgoingCall call) {
		call.cancelRetry();
		ReplicaId peer = call.peer();
		if (peer != null && call.isSent()) {
			take(peer, call.id());
		}
		else if (peer != null) {
			Deque<OutgoingCall> queue = this.blocked.get(peer);
			if (queue != null && queue.remove(call)) {
				this.waitingCount--;
				if (queue.isEmpty()) {
					this.blocked.remove(peer);
				}
			}
		}
		if (this.repeating.remove(call)) {
			this.waitingCount--;
		}
		Set<OutgoingCall> calls = this.waiting.get(call.name());
		if (calls != null && calls.remove(call)) {
			this.waitingCount--;
			if (calls.isEmpty()) {
				this.waiting.remove(call.name());
			}
		}
	}

	/**
	 * End a call, unless it has ended. May be called from any thread.
	 * @param call the call
	 * @param outcome how
	 * @return whether it ends by that
	 */
	boolean finish(OutgoingCall call, Outcome outcome) {
		if (!call.outcome().complete(outcome)) {
			return false;
		}
		call.cancelDeadline();
		if (this.loop.inLoop()) {
			untrack(call);
		}
		else if (call.isTracked()) {
			this.loop.execute(() -> untrack(call));
		}
		return true;
	}

	/**
	 * End a call without a result, unless it has ended. May be called from any thread.
	 * @param failure why; if an earlier attempt may have run, the outcome is unknown
	 * whatever has become of this one (N6)
	 * @return whether it ends by that
	 */
	boolean fail(OutgoingCall call, RuntimeException failure) {
		boolean known = !call.wasTried() || failure instanceof CallTimeoutException
				|| failure instanceof CallOutcomeUnknownException;
		return finish(call,
				new Outcome.Failed(
						known ? failure
								: new CallOutcomeUnknownException("The outcome of the call " + call.describe()
										+ " is unknown, and it could not be made again: " + failure.getMessage(),
										failure, true)));
	}

	/**
	 * Return the peers with calls that a view hides.
	 * @param view the view
	 * @return the peers
	 */
	List<ReplicaId> hiddenPeers(MembershipView view) {
		Set<ReplicaId> peers = new LinkedHashSet<>(this.sent.keySet());
		peers.addAll(this.blocked.keySet());
		return peers.stream().filter(view::hides).toList();
	}

	void forgetIds(MembershipView view) {
		this.lastIds.keySet().removeIf((peer) -> view.member(peer) == null);
	}

	List<OutgoingCall> all() {
		List<OutgoingCall> calls = new ArrayList<>();
		this.sent.values().forEach((sent) -> calls.addAll(sent.values()));
		this.blocked.values().forEach(calls::addAll);
		this.waiting.values().forEach(calls::addAll);
		calls.addAll(this.repeating);
		return calls;
	}

}
