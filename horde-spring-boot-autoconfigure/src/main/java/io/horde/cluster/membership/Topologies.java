package io.horde.cluster.membership;

import java.util.Collection;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Supplier;

import io.horde.cluster.protocol.ClusterMessage.Records;
import io.horde.cluster.protocol.Reachability;

/**
 * Chooses the {@link Topology}, and is told of what every topology has to know of.
 */
public interface Topologies {

	/**
	 * Return the topology at present.
	 */
	Topology now();

	/**
	 * Choose anew if the members have changed since.
	 * @return whether this node wants links to others than before
	 */
	boolean refresh();

	/**
	 * A view was published.
	 * @return whether the links are to be looked at now, rather than with the next tick
	 */
	boolean viewChanged();

	/**
	 * A member was learned of.
	 */
	void added(Peer peer);

	/**
	 * Return the members with which the link has been of no use to either end for a
	 * while.
	 */
	List<Peer> spare();

	/**
	 * Return the members that this node watches itself.
	 */
	Collection<Peer> watched();

	/**
	 * Return the members that should hear a member.
	 * @param peer the member
	 * @return others than it and this node, whatever their state
	 */
	Collection<Peer> hearers(Peer peer);

	/**
	 * Judge the members that others watch, and say what this node finds itself.
	 */
	void evaluate();

	/**
	 * Pass on what is new a little later, so that what comes in meanwhile goes with it.
	 * @param then called after that
	 * @return whether something waits to be passed on
	 */
	boolean passOnSoon(Runnable then);

	/**
	 * A member tells of others: it need not be told of these.
	 * @param from the member
	 * @param task takes what it tells
	 */
	void told(Peer from, Runnable task);

	/**
	 * Makes the topologies of a node.
	 */
	@FunctionalInterface
	interface Factory {

		/**
		 * Make them.
		 * @param context what the membership consists of
		 * @param judge what it thinks of others
		 * @param tell tells a member of others, over its own link
		 */
		Topologies create(MembershipContext context, Supplier<Judge> judge, BiPredicate<Peer, Records> tell);

	}

	/**
	 * What this node finds of others.
	 */
	interface Judge {

		/**
		 * Return how well this node itself hears a member.
		 */
		Reachability reachability(Peer peer);

		/**
		 * Tell whether there was any sign of a member over its link within the silence
		 * timeout.
		 */
		boolean hears(Peer peer);

		/**
		 * Take what its neighbours say of a member to which this node has no link.
		 * @return {@code false} if it is too early to say
		 */
		boolean reported(Peer peer, boolean lives);

		/**
		 * This node should hear a member from now on.
		 */
		void expected(Peer peer);

	}

}
