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

	private final Map<String, Last> last = new TreeMap<>();

	void add(MemberRecord record, long now) {
		this.last.put(record.id().node(), new Last(record.id().incarnation(), now, record.address()));
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
		Last last = this.last.get(name);
		return (last != null) ? last.incarnation() : -1;
	}

	@Nullable ReplicaId at(String address, Predicate<String> isTaken) {
		for (Map.Entry<String, Last> entry : this.last.entrySet()) {
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
		this.last.values().removeIf((last) -> last.since() < before);
	}

	private record Last(long incarnation, long since, String address) {

	}

}
