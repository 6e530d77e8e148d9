package io.horde.supervisor.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MemberState;
import io.horde.cluster.membership.Membership;
import io.horde.cluster.membership.MembershipView;
import io.horde.crdt.ReplicaId;
import io.horde.supervisor.ownership.Ledger;
import io.horde.supervisor.ownership.StaticChildren;
import io.horde.supervisor.ownership.StaticChildren.StaticChild;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Says which static children there are and when they may begin (M6, O8). Confined to the
 * loop.
 */
final class StaticGate {

	/*
	 * Nodes that boot together must agree on who is up before any of them starts a child
	 * that has no placement, or each starts all of them. The membership says when the
	 * boot is over; but members go UP one after the other, and each sees it a network
	 * delay later. So the gate is open only while the set of members that are up has not
	 * changed for two heartbeats. Children that have a placement don't pass through the
	 * gate: they are taken over at once.
	 */

	private final EventLoop loop;

	private final Membership membership;

	private final Ledger ledger;

	private final Duration calm;

	private final Duration retention;

	private final Runnable opened;

	private final Consumer<List<String>> lapsed;

	private final Map<String, Long> lapsing = new TreeMap<>();

	private Set<ReplicaId> up = Set.of();

	private long calmSince;

	private EventLoop.@Nullable Timer timer;

	StaticGate(Commons commons, Runnable opened, Consumer<List<String>> lapsed) {
		this.loop = commons.loop();
		this.ledger = commons.ledger();
		this.membership = this.ledger.membership();
		this.calm = this.membership.settings().heartbeatInterval().multipliedBy(2);
		this.retention = commons.settings().staticRetention();
		this.opened = opened;
		this.lapsed = lapsed;
	}

	/**
	 * Tell whether static children without a placement may start.
	 */
	boolean isOpen() {
		return this.membership.booted()
				&& (this.up.size() <= 1 || this.loop.nanoTime() - this.calmSince >= this.calm.toNanos());
	}

	/**
	 * Take notice of a new view.
	 * @return the static children that were added or dropped
	 */
	List<String> viewChanged(MembershipView view) {
		Set<ReplicaId> up = new TreeSet<>();
		for (MemberState member : view.members()) {
			if (member.status() == MemberStatus.UP || member.status() == MemberStatus.UNREACHABLE) {
				up.add(member.id());
			}
		}
		long now = this.loop.nanoTime();
		if (!up.equals(this.up)) {
			this.up = up;
			this.calmSince = now;
		}
		check();
		return update(StaticChildren.derive(view), now);
	}

	/**
	 * Look whether the gate is open, now and as soon as it may be.
	 */
	void check() {
		if (this.timer != null) {
			this.timer.cancel();
			this.timer = null;
		}
		if (isOpen()) {
			this.opened.run();
		}
		else if (this.membership.booted()) {
			this.timer = this.loop.schedule(this.calm, this::check);
		}
	}

	private List<String> update(SortedMap<String, StaticChild> derived, long now) {
		SortedMap<String, StaticChild> before = this.ledger.statics();
		SortedMap<String, StaticChild> after = new TreeMap<>(derived);
		this.lapsing.keySet().removeAll(derived.keySet());
		before.forEach((id, child) -> {
			if (!derived.containsKey(id)) {
				Long since = this.lapsing.putIfAbsent(id, now);
				if (since == null) {
					this.loop.schedule(this.retention, this::lapse);
				}
				if (since == null || now - since < this.retention.toNanos()) {
					after.put(id, child);
				}
				else {
					this.lapsing.remove(id);
				}
			}
		});
		if (after.equals(before)) {
			return List.of();
		}
		this.ledger.statics(after);
		List<String> changed = new ArrayList<>();
		after.keySet().stream().filter((id) -> !before.containsKey(id)).forEach(changed::add);
		before.keySet().stream().filter((id) -> !after.containsKey(id)).forEach(changed::add);
		return changed;
	}

	private void lapse() {
		List<String> changed = update(StaticChildren.derive(this.ledger.view()), this.loop.nanoTime());
		this.lapsed.accept(changed);
	}

}
