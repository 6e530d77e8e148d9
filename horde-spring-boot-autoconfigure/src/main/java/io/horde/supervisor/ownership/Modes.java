package io.horde.supervisor.ownership;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MemberState;
import io.horde.cluster.membership.Membership;
import io.horde.cluster.membership.MembershipView;
import io.horde.cluster.protocol.TypeAnnouncement;
import io.horde.crdt.Versioned;
import io.horde.process.engine.ProcessFactory;
import io.horde.replication.ReplicatedMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which process types need a quorum, as their annotations say, here and on other members.
 * What counts for a child that exists is {@link DesiredChild#quorum()} (Q1).
 */
public final class Modes {

	private static final Logger logger = LoggerFactory.getLogger(Modes.class);

	private final Membership membership;

	private final Placer placer;

	private final ProcessFactory factory;

	private final Map<String, Boolean> own = new ConcurrentHashMap<>();

	private final Map<String, Set<String>> children = new HashMap<>();

	private volatile Set<String> differing = Set.of();

	private volatile Announced announced = new Announced(-1, Set.of());

	public Modes(Membership membership, Placer placer, ProcessFactory factory) {
		this.membership = membership;
		this.placer = placer;
		this.factory = factory;
	}

	/**
	 * Tell whether a child that is to be created needs a quorum. A node that lacks its
	 * type asks those that have it. May be called from any thread.
	 */
	public boolean ofStart(DesiredChild child) {
		if (this.factory.type(child.type()) == null) {
			boolean known = false;
			for (MemberState member : this.membership.view().members()) {
				TypeAnnouncement type = member.types().get(child.type());
				if (type != null && member.status() != MemberStatus.LEFT) {
					if (type.quorum()) {
						return true;
					}
					known = true;
				}
			}
			if (known) {
				return false;
			}
		}
		return this.placer.requiresQuorum(child);
	}

	/**
	 * Tell whether the static children of a type need a quorum: they do if any member
	 * says so. May be called from any thread.
	 */
	public boolean ofStatic(String type) {
		MembershipView view = this.membership.view();
		Announced announced = this.announced;
		if (announced.version() != view.version()) {
			announced = Announced.in(view);
			this.announced = announced;
		}
		return announced.quorum().contains(type) || (this.factory.type(type) != null && ofOwn(type));
	}

	private boolean ofOwn(String type) {
		return this.own.computeIfAbsent(type,
				(name) -> this.placer.requiresQuorum(DesiredChild.plain(name, name, false)));
	}

	/**
	 * Look whether a child's mode is still the one that its annotation says here. Called
	 * on the loop.
	 */
	public void look(String id, ReplicatedMap<DesiredEntry> desired) {
		Versioned<DesiredEntry> entry = desired.get(id);
		DesiredChild child = (entry != null) ? entry.value().child() : null;
		String differs = (child != null) ? differs(child) : null;
		if (differs == null && this.children.isEmpty()) {
			return;
		}
		boolean changed = this.children.entrySet().removeIf((type) -> {
			if (!type.getKey().equals(differs)) {
				type.getValue().remove(id);
			}
			return type.getValue().isEmpty();
		});
		if (differs != null && child != null) {
			Set<String> known = this.children.computeIfAbsent(differs, (type) -> new TreeSet<>());
			if (known.isEmpty()) {
				changed = true;
				logger.warn(
						"Children of type '{}', such as '{}', were created to run {} quorum, and the annotation here says"
								+ " otherwise. It takes effect when they are terminated and started again",
						differs, id, child.quorum() ? "under" : "without");
			}
			known.add(id);
		}
		if (changed) {
			this.differing = Set.copyOf(this.children.keySet());
		}
	}

	private @Nullable String differs(DesiredChild child) {
		boolean judged = this.factory.type(child.type()) != null;
		return (judged && child.quorum() != ofOwn(child.type())) ? child.type() : null;
	}

	public Set<String> differing() {
		return this.differing;
	}

	/**
	 * The types that members in a view announce to need a quorum.
	 */
	private record Announced(long version, Set<String> quorum) {

		static Announced in(MembershipView view) {
			Set<String> quorum = new TreeSet<>();
			for (MemberState member : view.members()) {
				if (member.status() == MemberStatus.UP || member.status() == MemberStatus.UNREACHABLE) {
					member.types()
						.values()
						.stream()
						.filter(TypeAnnouncement::quorum)
						.forEach((type) -> quorum.add(type.type()));
				}
			}
			return new Announced(view.version(), quorum);
		}

	}

}
