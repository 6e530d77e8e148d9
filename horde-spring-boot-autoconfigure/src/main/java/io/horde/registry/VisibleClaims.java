package io.horde.registry;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import io.horde.cluster.Membership;
import io.horde.cluster.MembershipView;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import io.horde.replication.ReplicatedMap;
import io.horde.wire.Payloads;
import org.jspecify.annotations.Nullable;

/**
 * The claims of a replicated map that may be seen. Reads take no lock.
 */
final class VisibleClaims {

	/*
	 * Whether a claim may be seen is asked at each read, of the membership's present
	 * view, so nothing has to be changed when a member goes DOWN or comes back (O5).
	 */

	private final Membership membership;

	private final Payloads payloads;

	private final ReplicatedMap<Claim> map;

	private final UnaryOperator<String> entryName;

	/**
	 * Creates a view of a map.
	 * @param membership the members
	 * @param payloads decodes values
	 * @param map the map
	 * @param entryName from a key to the name that entries show
	 */
	VisibleClaims(Membership membership, Payloads payloads, ReplicatedMap<Claim> map, UnaryOperator<String> entryName) {
		this.membership = membership;
		this.payloads = payloads;
		this.map = map;
		this.entryName = entryName;
	}

	/**
	 * Tell whether a claim of an incarnation must not be seen. A node always sees its
	 * own.
	 * @param view the view
	 * @param replica the incarnation
	 * @return whether it is hidden
	 */
	static boolean isHidden(MembershipView view, ReplicaId replica) {
		return !replica.equals(view.self()) && view.hides(replica);
	}

	@Nullable Versioned<Claim> get(String key) {
		Versioned<Claim> greatest = this.map.get(key);
		if (greatest == null) {
			return null;
		}
		MembershipView view = this.membership.view();
		return isHidden(view, greatest.origin()) ? next(view, key) : greatest;
	}

	private @Nullable Versioned<Claim> next(MembershipView view, String key) {
		for (Versioned<Claim> sibling : this.map.siblings(key)) {
			if (!isHidden(view, sibling.origin())) {
				return sibling;
			}
		}
		return null;
	}

	/**
	 * Look up the entry of a key. Allocates nothing.
	 * @param key the key
	 * @return the entry, if there is one
	 */
	Optional<NameEntry> lookup(String key) {
		Versioned<Claim> claim = get(key);
		return (claim != null) ? optional(claim) : Optional.empty();
	}

	@Nullable NameEntry entry(String key) {
		Versioned<Claim> claim = get(key);
		return (claim != null) ? entry(claim) : null;
	}

	NameEntry entry(Versioned<Claim> claim) {
		return optional(claim).orElseThrow();
	}

	private Optional<NameEntry> optional(Versioned<Claim> claim) {
		return claim.value().entry(nameOf(claim.key()), claim.origin().node(), this.payloads);
	}

	/**
	 * Return the name that the entry of a key shows.
	 * @param key the key
	 * @return the name
	 */
	String nameOf(String key) {
		return this.entryName.apply(key);
	}

	void forEach(Consumer<NameEntry> visitor) {
		MembershipView view = this.membership.view();
		this.map.forEach((greatest) -> {
			Versioned<Claim> claim = isHidden(view, greatest.origin()) ? next(view, greatest.key()) : greatest;
			if (claim != null) {
				visitor.accept(entry(claim));
			}
		});
	}

	/**
	 * Tell whether a process that is hidden at the moment has claimed a key.
	 * @param key the key
	 * @return whether somebody may take it over, or come back with it
	 */
	boolean isHiddenProcess(String key) {
		MembershipView view = this.membership.view();
		for (Versioned<Claim> sibling : this.map.siblings(key)) {
			if (sibling.value().processId() != null && isHidden(view, sibling.origin())) {
				return true;
			}
		}
		return false;
	}

}
