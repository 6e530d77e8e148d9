package io.horde.cluster.membership;

import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

import io.horde.cluster.protocol.Reachability;
import io.horde.crdt.ReplicaId;

/**
 * What others are being asked about a member.
 *
 * @param number comes back with the answers
 * @param started when they were asked
 * @param dialled whether the member itself is dialled too
 * @param asked who was asked
 * @param answers who has answered what
 */
record ProbeRound(long number, long started, boolean dialled, SortedSet<ReplicaId> asked,
		SortedMap<ReplicaId, Reachability> answers) {

	ProbeRound(long number, long started, boolean dialled) {
		this(number, started, dialled, new TreeSet<>(), new TreeMap<>());
	}

}
