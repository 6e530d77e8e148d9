package io.horde.cluster.protocol;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;

import io.horde.crdt.ReplicaId;
import org.jspecify.annotations.Nullable;

/**
 * What members tell each other on the cluster channel.
 */
public sealed interface ClusterMessage {

	/**
	 * The regular sign of life.
	 *
	 * @param wallClock the sender's wall clock, milliseconds since the epoch
	 * @param record the sender's own record, or {@code null} if the receiver has it
	 * @param digest of all records that the sender knows
	 * @param opinions the members that the sender knows and doesn't hear itself
	 * @param parts what upper floors add, by name
	 * @param use what the sender uses the link for
	 */
	record Heartbeat(long wallClock, @Nullable MemberRecord record, long digest,
			SortedMap<ReplicaId, Reachability> opinions, SortedMap<String, byte[]> parts,
			LinkUse use) implements ClusterMessage {

	}

	/**
	 * What a member uses a link for.
	 *
	 * @param neighboursOnly whether it watches its neighbours only, so that it has no
	 * opinion of others
	 * @param spare whether it doesn't need the link
	 * @param wantsNews whether it wants to be told over the link what is new of others
	 */
	record LinkUse(boolean neighboursOnly, boolean spare, boolean wantsNews) {

		/** That of members which are all linked with all. */
		public static final LinkUse PLAIN = new LinkUse(false, false, false);

	}

	/**
	 * Digests of all records that the sender knows, so that what differs is found without
	 * listing what doesn't.
	 *
	 * @param digests one for each bucket of names, see {@code Digests}
	 */
	record Buckets(long[] digests) implements ClusterMessage {

	}

	/**
	 * Which records and reports the sender has: sent when a link comes up and when
	 * digests differ.
	 *
	 * @param reply whether it answers another summary
	 * @param declared the declared member list
	 * @param versions the versions of each member's record and report
	 * @param buckets the buckets of names to which it is limited, one bit each
	 */
	record Summary(boolean reply, DeclaredMembers declared, Map<ReplicaId, Versions> versions,
			long buckets) implements ClusterMessage {

		public static final long ALL = -1;

	}

	/**
	 * What the sender has of a member.
	 *
	 * @param record the version of its record
	 * @param report the version of its report
	 */
	record Versions(long record, long report) {

	}

	/**
	 * Records and reports that the receiver lacks.
	 *
	 * @param records the records, with how well the sender hears each member
	 * @param reports the reports, each with the fingerprint of the member whose it is
	 */
	record Records(List<Told> records, Map<Long, Report> reports) implements ClusterMessage {

		/** How many records a frame carries at most. */
		public static final int BATCH = 500;

	}

	/**
	 * A record passed on.
	 *
	 * @param record the record
	 * @param reachability how well the teller hears the member
	 */
	record Told(MemberRecord record, Reachability reachability) {

	}

	/**
	 * A question: do you hear this member?
	 *
	 * @param number comes back with the answer
	 * @param target the member in question
	 * @param effort how thoroughly to find out
	 */
	record Ask(long number, ReplicaId target, Effort effort) implements ClusterMessage {

	}

	/**
	 * The answer to a question.
	 *
	 * @param number of the question
	 * @param target the member in question
	 * @param reachability the answer
	 */
	record Answer(long number, ReplicaId target, Reachability reachability) implements ClusterMessage {

	}

	/**
	 * A request for a sign of life.
	 *
	 * @param number comes back with the answer
	 */
	record Ping(long number) implements ClusterMessage {

	}

	/**
	 * A sign of life.
	 *
	 * @param number of the request
	 */
	record Pong(long number) implements ClusterMessage {

	}

	/**
	 * The receiver can't be a member any longer.
	 *
	 * @param refused why
	 */
	record Expulsion(Refused refused) implements ClusterMessage {

	}

	/**
	 * How thoroughly a question is to be looked into.
	 */
	enum Effort {

		/**
		 * Tell when you last heard it.
		 */
		RECALL,

		/**
		 * Ping it over your link.
		 */
		PING,

		/**
		 * Ping it, and dial its address (M2).
		 */
		DIAL

	}

}
