package io.horde.cluster.membership;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

import io.horde.cluster.protocol.MemberRecord;
import io.horde.crdt.ReplicaId;
import org.jspecify.annotations.Nullable;

/**
 * The last incarnations of members that are forgotten: up to these none is learned again
 * (R6).
 */
final class ForgottenIncarnations {

	private final Map<String, Floor> floors = new TreeMap<>();

	void add(MemberRecord record, long now) {
		this.floors.put(record.id().node(), new Floor(record.id().incarnation(), now, record.address()));
	}

	boolean isBelow(ReplicaId id) {
		return id.incarnation() <= incarnation(id.node());
	}

	/**
	 * Return the highest incarnation of a name that was dropped.
	 * @param name the name
	 * @return the incarnation, or -1
	 */
	long incarnation(String name) {
		Floor floor = this.floors.get(name);
		return (floor != null) ? floor.incarnation() : -1;
	}

	@Nullable ReplicaId at(String address, Predicate<String> isTaken) {
		for (Map.Entry<String, Floor> entry : this.floors.entrySet()) {
			if (entry.getValue().address().equals(address) && !isTaken.test(entry.getKey())) {
				return new ReplicaId(entry.getKey(), entry.getValue().incarnation());
			}
		}
		return null;
	}

	/**
	 * Don't remember any longer who was forgotten before a time. Whoever comes back even
	 * after that learns from the chain of forgets that it is out of date.
	 */
	void tidy(long before) {
		this.floors.values().removeIf((floor) -> floor.since() < before);
	}

	private record Floor(long incarnation, long since, String address) {

	}

}
