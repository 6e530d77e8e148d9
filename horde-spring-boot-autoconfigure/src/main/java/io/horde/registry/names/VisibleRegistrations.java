package io.horde.registry.names;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import io.horde.cluster.membership.Membership;
import io.horde.cluster.membership.MembershipView;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import io.horde.registry.NameEntry;
import io.horde.registry.NameQuery;
import io.horde.replication.ReplicatedMap;
import io.horde.wire.Payloads;
import org.jspecify.annotations.Nullable;

/**
 * The registrations of a replicated map that may be seen. Reads take no lock.
 */
public final class VisibleRegistrations {

	/*
	 * Whether a registration may be seen is asked at each read, of the membership's
	 * present view, so nothing has to be changed when a member goes DOWN or comes back
	 * (O5).
	 */

	private final Membership membership;

	private final Payloads payloads;

	private final ReplicatedMap<NameRegistration> map;

	private final UnaryOperator<String> entryName;

	/**
	 * Creates a view of a map.
	 * @param membership the members
	 * @param payloads decodes values
	 * @param map the map
	 * @param entryName from a key to the name that entries show
	 */
	VisibleRegistrations(Membership membership, Payloads payloads, ReplicatedMap<NameRegistration> map,
			UnaryOperator<String> entryName) {
		this.membership = membership;
		this.payloads = payloads;
		this.map = map;
		this.entryName = entryName;
	}

	/**
	 * Tell whether a registration of an incarnation must not be seen. A node always sees
	 * its own.
	 * @param view the view
	 * @param replica the incarnation
	 * @return whether it is hidden
	 */
	public static boolean isHidden(MembershipView view, ReplicaId replica) {
		return !replica.equals(view.self()) && view.hides(replica);
	}

	public @Nullable Versioned<NameRegistration> get(String key) {
		Versioned<NameRegistration> greatest = this.map.get(key);
		if (greatest == null) {
			return null;
		}
		MembershipView view = this.membership.view();
		return isHidden(view, greatest.origin()) ? next(view, key) : greatest;
	}

	private @Nullable Versioned<NameRegistration> next(MembershipView view, String key) {
		for (Versioned<NameRegistration> sibling : this.map.siblings(key)) {
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
	public Optional<NameEntry> lookup(String key) {
		Versioned<NameRegistration> registration = get(key);
		return (registration != null) ? optional(registration) : Optional.empty();
	}

	public @Nullable NameEntry entry(String key) {
		Versioned<NameRegistration> registration = get(key);
		return (registration != null) ? entry(registration) : null;
	}

	NameEntry entry(Versioned<NameRegistration> registration) {
		return optional(registration).orElseThrow();
	}

	private Optional<NameEntry> optional(Versioned<NameRegistration> registration) {
		return registration.value().entry(nameOf(registration.key()), registration.origin().node(), this.payloads);
	}

	/**
	 * Return the name that the entry of a key shows.
	 * @param key the key
	 * @return the name
	 */
	String nameOf(String key) {
		return this.entryName.apply(key);
	}

	public void forEach(Consumer<NameEntry> visitor) {
		MembershipView view = this.membership.view();
		this.map.forEach((greatest) -> {
			Versioned<NameRegistration> registration = isHidden(view, greatest.origin()) ? next(view, greatest.key())
					: greatest;
			if (registration != null) {
				visitor.accept(entry(registration));
			}
		});
	}

	/**
	 * Find entries.
	 * @param query which ones
	 * @return those that match, up to the limit of the query
	 */
	public List<NameEntry> find(NameQuery query) {
		List<NameEntry> found = new ArrayList<>();
		Consumer<NameEntry> collector = (entry) -> {
			if (found.size() < query.limit() && query.matches(entry)) {
				found.add(entry);
			}
		};
		String exact = query.exactName();
		if (exact != null) {
			lookup(exact).ifPresent(collector);
		}
		else {
			forEach(collector);
		}
		return found;
	}

	/**
	 * Tell whether a process that is hidden at the moment has registered a key.
	 * @param key the key
	 * @return whether somebody may take it over, or come back with it
	 */
	public boolean isHiddenProcess(String key) {
		MembershipView view = this.membership.view();
		for (Versioned<NameRegistration> sibling : this.map.siblings(key)) {
			if (sibling.value().processId() != null && isHidden(view, sibling.origin())) {
				return true;
			}
		}
		return false;
	}

}
