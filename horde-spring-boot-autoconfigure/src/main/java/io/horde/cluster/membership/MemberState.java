package io.horde.cluster.membership;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.protocol.MemberRecord;
import io.horde.cluster.protocol.TypeAnnouncement;
import io.horde.crdt.ReplicaId;

/**
 * One incarnation of a member, as this node sees it.
 *
 * @param id which incarnation of which node
 * @param status its state, as this node judges it
 * @param address the transport address, {@code host:port}
 * @param labels its labels
 * @param weight its share on the hash ring
 * @param version its application version, or an empty string
 * @param types the process types it can run, by name
 * @param linked whether this node has a link to it; always {@code true} for itself
 * @param remark why it is in this state, for people: a sentence, or an empty string
 */
public record MemberState(ReplicaId id, MemberStatus status, String address, Map<String, String> labels, int weight,
		String version, SortedMap<String, TypeAnnouncement> types, boolean linked, String remark) {

	private static final Class<?> UNMODIFIABLE = Collections.unmodifiableSortedMap(new TreeMap<>()).getClass();

	/**
	 * Creates a state.
	 */
	public MemberState {
		labels = sorted(labels);
		types = sorted(types);
	}

	static MemberState of(ReplicaId id, MemberRecord record, MemberStatus status, boolean linked, String remark) {
		return new MemberState(id, status, record.address(), record.labels(), record.weight(), record.application(),
				record.types(), linked, remark);
	}

	/* Maps that come from a record are such copies: there are many states of a member. */
	private static <V> SortedMap<String, V> sorted(Map<String, V> map) {
		if (map.isEmpty()) {
			return Collections.emptySortedMap();
		}
		return (map instanceof SortedMap<String, V> sorted && map.getClass() == UNMODIFIABLE) ? sorted
				: Collections.unmodifiableSortedMap(new TreeMap<>(map));
	}

	/**
	 * Return the node name.
	 * @return the name
	 */
	public String name() {
		return this.id.node();
	}

	/**
	 * Tell whether its processes are where they were and its names resolve.
	 * @return {@code false} if it is gone as far as this node knows
	 */
	public boolean isLiving() {
		return this.status != MemberStatus.DOWN && this.status != MemberStatus.LEFT;
	}

}
