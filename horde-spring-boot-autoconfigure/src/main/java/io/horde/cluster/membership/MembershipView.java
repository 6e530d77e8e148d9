package io.horde.cluster.membership;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import io.horde.cluster.Member;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.Quorum;
import io.horde.cluster.quorum.SeatConfiguration;
import io.horde.crdt.ReplicaId;
import org.jspecify.annotations.Nullable;

/**
 * The members as this node sees them at one moment. Immutable; lookups cost O(log n) and
 * allocate nothing that escapes.
 *
 * @param version grows with every change on this node
 * @param self this node's own incarnation
 * @param members all known incarnations, sorted by {@link ReplicaId}, this node included
 */
public record MembershipView(long version, ReplicaId self, List<MemberState> members) {

	/**
	 * Creates a view.
	 */
	public MembershipView {
		List<MemberState> sorted = new ArrayList<>(members);
		sorted.sort(Comparator.comparing(MemberState::id));
		members = List.copyOf(sorted);
	}

	/**
	 * Return what is known of an incarnation.
	 * @param id the incarnation
	 * @return its state, or {@code null} if it is not known
	 */
	public @Nullable MemberState member(ReplicaId id) {
		int index = position(id);
		return (index < this.members.size() && this.members.get(index).id().equals(id)) ? this.members.get(index)
				: null;
	}

	/**
	 * Return the newest incarnation of a node if it is living.
	 * @param name the node name
	 * @return its state, or {@code null} if the node is not known, {@code DOWN} or
	 * {@code LEFT}
	 */
	public @Nullable MemberState living(String name) {
		MemberState newest = newest(name);
		return (newest != null && newest.isLiving()) ? newest : null;
	}

	/**
	 * Tell whether what belongs to an incarnation must not be seen.
	 * @param id the incarnation
	 * @return {@code true} if it is {@code DOWN}, {@code LEFT}, replaced by a newer
	 * incarnation, or was never known
	 */
	public boolean hides(ReplicaId id) {
		int index = position(id);
		if (index >= this.members.size()) {
			return true;
		}
		MemberState member = this.members.get(index);
		if (!member.id().equals(id) || !member.isLiving()) {
			return true;
		}
		return index + 1 < this.members.size() && this.members.get(index + 1).name().equals(id.node());
	}

	/**
	 * Tell whether a newer incarnation of the same node is known.
	 * @param id the incarnation
	 * @return whether it is a thing of the past
	 */
	public boolean isReplaced(ReplicaId id) {
		MemberState newest = newest(id.node());
		return newest != null && newest.id().compareTo(id) > 0;
	}

	/**
	 * Return the members that are {@code UP}, this node included if it is.
	 * @return the members, sorted
	 */
	public List<MemberState> up() {
		return this.members.stream().filter((member) -> member.status() == MemberStatus.UP).toList();
	}

	/**
	 * Return the other members that are {@code UP}.
	 * @return the members, sorted
	 */
	public List<MemberState> othersUp() {
		return up().stream().filter((member) -> !member.id().equals(this.self)).toList();
	}

	/**
	 * Return this node's own state.
	 * @return the state
	 */
	public MemberState own() {
		MemberState own = member(this.self);
		if (own == null) {
			throw new IllegalStateException("The view of " + this.self + " doesn't contain itself");
		}
		return own;
	}

	/**
	 * Return all members in the shape that users see.
	 * @return the members, sorted by name
	 */
	List<Member> list() {
		return this.members.stream().map(this::describe).toList();
	}

	/**
	 * Return a member in the shape that users see.
	 */
	public Member describe(MemberState state) {
		return new Member(state.name(), state.address(), state.status(), state.id().equals(this.self),
				state.id().incarnation(), state.labels(), state.weight(), state.version(), state.types().keySet());
	}

	/**
	 * Count whether a majority of the voting seats is reached.
	 * @return the quorum; never present if neither the voters nor their number is known
	 */
	Quorum quorum(MembershipSettings settings) {
		boolean named = !settings.voters().isEmpty();
		int seats = named ? settings.voters().size() : Math.min(settings.expectedSize(), SeatConfiguration.MAX_SEATS);
		int up = (int) up().stream().filter((member) -> !named || settings.voters().contains(member.name())).count();
		int reachable = (seats > 0) ? Math.min(up, seats) : up;
		int required = (seats > 0) ? seats / 2 + 1 : 0;
		return new Quorum(seats > 0 && reachable >= required, reachable, required, seats);
	}

	private @Nullable MemberState newest(String name) {
		int index = position(new ReplicaId(name, Long.MAX_VALUE));
		if (index < this.members.size() && this.members.get(index).name().equals(name)) {
			return this.members.get(index);
		}
		return (index > 0 && this.members.get(index - 1).name().equals(name)) ? this.members.get(index - 1) : null;
	}

	/* The index of the first member that is not below the id. */
	private int position(ReplicaId id) {
		int low = 0;
		int high = this.members.size();
		while (low < high) {
			int middle = (low + high) >>> 1;
			if (this.members.get(middle).id().compareTo(id) < 0) {
				low = middle + 1;
			}
			else {
				high = middle;
			}
		}
		return low;
	}

}
