package io.horde.registry.names;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MemberState;
import io.horde.cluster.membership.MembershipListener;
import io.horde.cluster.membership.MembershipView;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import io.horde.registry.names.ConflictRules.Decision;
import io.horde.registry.names.RegistrationTable.Held;
import io.horde.replication.MapListener;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a table of registrations and the owners of this node in agreement: settles
 * conflicts, repeats registrations that vanished, removes those of nodes that are gone,
 * and tells what became visible or invisible. Lives on the event loop.
 */
public final class RegistrationUpkeep implements MapListener<NameRegistration>, MembershipListener {

	/*
	 * Level-triggered: each event only names a key, and what is done follows from the
	 * map, the held registrations and the view as they are then. The index by replica
	 * exists so that a change of the view costs what the members concerned have, not what
	 * all have.
	 */

	private static final int CLEANED_AT_ONCE = 256;

	private final EventLoop loop;

	private final RegistrationTable table;

	private final ConflictRules rules;

	private final Listener listener;

	private final Map<ReplicaId, Set<String>> keysOfReplica = new TreeMap<>();

	private final Set<String> contested = new LinkedHashSet<>();

	private final Set<String> yielded = new LinkedHashSet<>();

	private final Set<ReplicaId> forgotten = new TreeSet<>();

	private MembershipView view;

	private boolean stopped;

	public RegistrationUpkeep(EventLoop loop, RegistrationTable table, ConflictRules rules, MembershipView view,
			Listener listener) {
		this.loop = loop;
		this.table = table;
		this.rules = rules;
		this.view = view;
		this.listener = listener;
	}

	public void stop() {
		this.stopped = true;
	}

	@Override
	public void changed(String key, @Nullable Versioned<NameRegistration> before,
			@Nullable Versioned<NameRegistration> after) {
		ReplicaId replicaBefore = (before != null) ? before.origin() : null;
		ReplicaId replicaAfter = (after != null) ? after.origin() : null;
		if (replicaBefore != null && !replicaBefore.equals(replicaAfter)) {
			Set<String> keys = this.keysOfReplica.get(replicaBefore);
			if (keys != null && keys.remove(key) && keys.isEmpty()) {
				this.keysOfReplica.remove(replicaBefore);
			}
		}
		if (replicaAfter != null && !replicaAfter.equals(replicaBefore)) {
			this.keysOfReplica.computeIfAbsent(replicaAfter, (replica) -> new LinkedHashSet<>()).add(key);
		}
		siblingsChanged(key);
	}

	@Override
	public void siblingsChanged(String key) {
		List<Versioned<NameRegistration>> siblings = this.table.map().siblings(key);
		if (siblings.size() > 1) {
			this.contested.add(key);
		}
		else {
			this.contested.remove(key);
		}
		reconcile(key);
		cleanAsFirst(siblings);
		this.listener.changed(key);
	}

	private void cleanAsFirst(List<Versioned<NameRegistration>> siblings) {
		for (Versioned<NameRegistration> sibling : siblings) {
			if (isGone(sibling.origin()) && isFirst()) {
				this.table.clean(siblings.stream().filter((registration) -> isGone(registration.origin())).toList());
				return;
			}
		}
	}

	private void reconcile(String key) {
		Held mine = this.table.held(key);
		if (mine == null || this.stopped || this.view.own().status() == MemberStatus.LEFT) {
			this.yielded.remove(key);
			return;
		}
		List<Versioned<NameRegistration>> siblings = this.table.map().siblings(key);
		boolean alive = false;
		boolean remains = false;
		List<Versioned<NameRegistration>> rivals = new ArrayList<>();
		for (Versioned<NameRegistration> sibling : siblings) {
			if (sibling.dot().equals(mine.registration().dot())) {
				alive = true;
			}
			else if (!VisibleRegistrations.isHidden(this.view, sibling.origin())) {
				rivals.add(sibling);
			}
			else {
				remains |= isGone(sibling.origin());
			}
		}
		boolean stands = alive && !(remains && rivals.isEmpty());
		Decision decision = this.rules.decide(mine.registration(), stands, rivals);
		if (!decision.carryOut(new Settlement(mine, siblings, !rivals.isEmpty()))) {
			this.loop.execute(() -> reconcile(key));
		}
	}

	@Override
	public void viewChanged(MembershipView before, MembershipView after) {
		this.view = after;
		before.members().forEach((member) -> {
			if (after.member(member.id()) == null && !member.id().equals(after.self())) {
				this.forgotten.add(member.id());
			}
		});
		Set<String> affected = new LinkedHashSet<>();
		List<ReplicaId> gone = new ArrayList<>();
		boolean seenOtherwise = false;
		for (ReplicaId replica : known(before, after)) {
			Set<String> keys = this.keysOfReplica.getOrDefault(replica, Set.of());
			if (VisibleRegistrations.isHidden(before, replica) != VisibleRegistrations.isHidden(after, replica)) {
				seenOtherwise = true;
				affected.addAll(keys);
			}
			if (!keys.isEmpty() && isGone(replica)) {
				gone.add(replica);
			}
		}
		if (seenOtherwise) {
			affected.addAll(this.contested);
			affected.addAll(this.yielded);
			affected.forEach((key) -> {
				reconcile(key);
				this.listener.changed(key);
			});
		}
		if (!gone.isEmpty() && isFirst()) {
			clean(gone);
		}
	}

	private static Set<ReplicaId> known(MembershipView before, MembershipView after) {
		Set<ReplicaId> known = new TreeSet<>();
		before.members().forEach((member) -> known.add(member.id()));
		after.members().forEach((member) -> known.add(member.id()));
		return known;
	}

	private void clean(List<ReplicaId> gone) {
		List<Versioned<NameRegistration>> registrations = new ArrayList<>();
		for (ReplicaId replica : gone) {
			for (String key : List.copyOf(this.keysOfReplica.getOrDefault(replica, Set.of()))) {
				Versioned<NameRegistration> registration = this.table.map().get(key);
				if (registration != null && registration.origin().equals(replica)) {
					registrations.add(registration);
				}
			}
		}
		for (int from = 0; from < registrations.size(); from += CLEANED_AT_ONCE) {
			this.table.clean(registrations.subList(from, Math.min(registrations.size(), from + CLEANED_AT_ONCE)));
		}
	}

	/**
	 * Tell whether an incarnation will never own anything again.
	 * @param replica the incarnation
	 * @return whether it has left, was replaced or forgotten
	 */
	private boolean isGone(ReplicaId replica) {
		if (replica.equals(this.view.self())) {
			return false;
		}
		MemberState member = this.view.member(replica);
		return (member != null && member.status() == MemberStatus.LEFT) || this.view.isReplaced(replica)
				|| (member == null && this.forgotten.contains(replica));
	}

	/* One member cleans up, so that the others don't remove the same all at once. */
	private boolean isFirst() {
		for (MemberState member : this.view.members()) {
			if (member.status() == MemberStatus.UP) {
				return member.id().equals(this.view.self());
			}
		}
		return false;
	}

	/**
	 * Does what was decided about a registration of this node.
	 */
	private final class Settlement implements Decision.Actions {

		private final Held mine;

		private final List<Versioned<NameRegistration>> seen;

		private final boolean contested;

		Settlement(Held mine, List<Versioned<NameRegistration>> seen, boolean contested) {
			this.mine = mine;
			this.seen = seen;
			this.contested = contested;
		}

		@Override
		public boolean keep() {
			dontYield();
			return true;
		}

		@Override
		public boolean assertAgain(int disputes) {
			dontYield();
			boolean current = RegistrationUpkeep.this.table.assertAgain(this.mine, this.seen, disputes);
			if (current && this.contested) {
				RegistrationUpkeep.this.listener.won(this.mine);
			}
			return current;
		}

		@Override
		public boolean yield() {
			RegistrationUpkeep.this.yielded.add(this.mine.key());
			return true;
		}

		@Override
		public boolean lose(Versioned<NameRegistration> winner) {
			dontYield();
			boolean current = RegistrationUpkeep.this.table.lose(this.mine, this.seen);
			if (current) {
				RegistrationUpkeep.this.listener.lost(this.mine, winner);
			}
			return current;
		}

		private void dontYield() {
			RegistrationUpkeep.this.yielded.remove(this.mine.key());
		}

	}

	/**
	 * Told of what happens to registrations, on the event loop.
	 */
	public interface Listener {

		/**
		 * Who has a key, or with which value, may look different now.
		 * @param key the key
		 */
		void changed(String key);

		/**
		 * An owner of this node has won a conflict.
		 * @param mine its registration
		 */
		default void won(Held mine) {
		}

		/**
		 * An owner of this node has lost a conflict and does not hold the key any more.
		 * @param mine its registration
		 * @param winner who has it
		 */
		default void lost(Held mine, Versioned<NameRegistration> winner) {
		}

	}

}
