package io.horde.registry.names;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MemberState;
import io.horde.cluster.membership.MembershipView;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import org.jspecify.annotations.Nullable;

/**
 * Removes the registrations of nodes that are gone for good (O5), on one member, so that
 * the others don't remove the same all at once. Lives on the event loop.
 */
final class GoneRegistrations {

	private final RegistrationTable table;

	/*
	 * So that a change of the view costs what the members concerned have, not what all
	 * have.
	 */
	private final Map<ReplicaId, Set<String>> keysOfReplica = new TreeMap<>();

	private final Set<ReplicaId> forgotten = new TreeSet<>();

	private Predicate<Versioned<NameRegistration>> awaited = (registration) -> false;

	private MembershipView view;

	GoneRegistrations(RegistrationTable table, MembershipView view) {
		this.table = table;
		this.view = view;
	}

	/**
	 * Set which registrations are left where they are, because the next run of their
	 * child takes them over, with their value (N12).
	 */
	void awaits(Predicate<Versioned<NameRegistration>> awaited) {
		this.awaited = awaited;
	}

	/**
	 * Return the keys whose visible registration is of an incarnation.
	 */
	Set<String> keys(ReplicaId replica) {
		return this.keysOfReplica.getOrDefault(replica, Set.of());
	}

	/**
	 * The visible registration of a key has changed.
	 */
	void changed(String key, @Nullable Versioned<NameRegistration> before,
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
	}

	void viewChanged(MembershipView before, MembershipView after) {
		this.view = after;
		before.members().forEach((member) -> {
			if (after.member(member.id()) == null && !member.id().equals(after.self())) {
				this.forgotten.add(member.id());
			}
		});
	}

	/**
	 * Tell whether an incarnation will never own anything again.
	 * @param replica the incarnation
	 * @return whether it has left, was replaced or forgotten
	 */
	boolean isGone(ReplicaId replica) {
		if (replica.equals(this.view.self())) {
			return false;
		}
		MemberState member = this.view.member(replica);
		return (member != null && member.status() == MemberStatus.LEFT) || this.view.isReplaced(replica)
				|| (member == null && this.forgotten.contains(replica));
	}

	/**
	 * Remove all that incarnations have which are gone, if this node is the one to do it.
	 */
	void cleanAllOf(Collection<ReplicaId> gone) {
		if (gone.isEmpty() || !isFirst()) {
			return;
		}
		List<Versioned<NameRegistration>> registrations = new ArrayList<>();
		for (ReplicaId replica : gone) {
			for (String key : List.copyOf(keys(replica))) {
				Versioned<NameRegistration> registration = this.table.map().get(key);
				if (registration != null && registration.origin().equals(replica) && !this.awaited.test(registration)) {
					registrations.add(registration);
				}
			}
		}
		this.table.clean(registrations);
	}

	/**
	 * Remove those registrations of one key whose nodes are gone, if this node is the one
	 * to do it.
	 */
	void clean(List<Versioned<NameRegistration>> siblings) {
		List<Versioned<NameRegistration>> gone = siblings.stream()
			.filter((registration) -> isGone(registration.origin()) && !this.awaited.test(registration))
			.toList();
		if (!gone.isEmpty() && isFirst()) {
			this.table.clean(gone);
		}
	}

	private boolean isFirst() {
		for (MemberState member : this.view.members()) {
			if (member.status() == MemberStatus.UP) {
				return member.id().equals(this.view.self());
			}
		}
		return false;
	}

}
