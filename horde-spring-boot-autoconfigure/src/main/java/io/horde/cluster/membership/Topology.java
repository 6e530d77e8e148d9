package io.horde.cluster.membership;

import java.util.Collection;
import java.util.Set;

import io.horde.cluster.protocol.ClusterMessage.LinkUse;
import org.jspecify.annotations.Nullable;

/**
 * Who is linked with whom, and what follows from it: who watches and dials whom, who
 * hears whom, where a frame goes next, and whom news is passed on to. Everything that
 * differs between a full mesh and a sparse overlay is asked for here. Used on the event
 * loop only.
 */
public interface Topology {

	/**
	 * Tell whether all others that should hear a member miss it too: then neither this
	 * node nor its link is the slow one.
	 */
	boolean othersMiss(Peer peer);

	/**
	 * Tell whether the boot waits for a member that is joining (M6).
	 */
	boolean isAwaited(Peer peer);

	/**
	 * Return through whom a frame goes to a member that is not reached over its own link
	 * (M1).
	 * @param to the member
	 * @param from who has passed the frame to this node; the member itself if it is this
	 * node's own
	 * @return a linked member, or {@code null} if no way is known
	 */
	@Nullable Peer hop(Peer to, Peer from);

	/**
	 * Return through how many members a frame goes at most.
	 */
	int hops();

	/**
	 * Tell whether a heartbeat to a member that says it can't hear this node goes through
	 * another one too.
	 */
	boolean isHeartbeatRelayed();

	/**
	 * Return the members that get heartbeats of this node.
	 */
	Collection<Peer> heartbeatReceivers();

	/**
	 * Return the members that are asked to tell news of others, beside those that do so
	 * anyway.
	 */
	Set<Peer> asked();

	/**
	 * Return what this node uses the link with a member for.
	 * @param peer the member
	 * @param asked whether it is asked to tell news of others
	 */
	LinkUse use(Peer peer, boolean asked);

	/**
	 * Return of which buckets of records a member is told the versions when a link comes
	 * up or digests differ.
	 * @return one bit each
	 */
	long summarized();

	/**
	 * Return who is told at once of a member list that is new here (M7).
	 * @param own whether it was declared on this node
	 */
	Collection<Peer> toldOfList(boolean own);

	/**
	 * Decide what to do about a member whose digest of all records differs.
	 * @param from the member
	 * @param digest its digest
	 * @param old whether its heartbeat was held up
	 */
	Difference differs(Peer from, long digest, boolean old);

	/**
	 * Tell whether what a member pushes to its partners has then reached all, so that
	 * they need not pass it on.
	 */
	boolean reachesAll();

	/**
	 * Tell whether a change of a member that may matter to what follows at once is
	 * published at once. Of many members, many change at the same time: one view shows it
	 * a moment later.
	 */
	boolean isShownAtOnce(Peer peer);

	/**
	 * Tell whether to look after an event how far the boot has come.
	 * @param lastGeneration of the members when that was looked at last
	 */
	boolean isBootChecked(long lastGeneration);

	/**
	 * What to do about records that differ.
	 */
	enum Difference {

		/**
		 * Nothing: it will have passed by the next heartbeats.
		 */
		WAIT,

		/**
		 * Tell the versions of all that is known here.
		 */
		SUMMARIZE,

		/**
		 * Tell the digest of each bucket, to find out where the difference is.
		 */
		COMPARE

	}

}
