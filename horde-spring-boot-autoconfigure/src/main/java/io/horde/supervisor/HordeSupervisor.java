package io.horde.supervisor;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.horde.cluster.QuorumNotMetException;

/**
 * Starts and stops processes anywhere in the cluster. Reads come from the local replica
 * and never block; what may cross the network is a future that completes, with a result
 * or an exception, before a deadline ({@code horde.supervisor.call-timeout} for what the
 * network does, plus {@code start-timeout} for a start). Futures complete on the process
 * executor.
 */
public interface HordeSupervisor {

	/**
	 * Start a child. Given an id or a name, at most one child of it exists and any number
	 * of callers get the same one; without either the id is random. When the future
	 * completes without failure, at least two members hold the child's entry (where there
	 * are two), so that it survives the death of any one node, also if somebody else has
	 * started it.
	 * @param spec the child
	 * @return the outcome; fails with a {@link io.horde.HordeException} if it can't be
	 * started: {@link InvalidChildSpecException},
	 * {@link io.horde.payload.PayloadException} for the argument or the value,
	 * {@link io.horde.distribution.NoEligibleMemberException},
	 * {@link MaxChildrenException}, {@link LeavingException},
	 * {@link io.horde.registry.NameAlreadyRegisteredException} if a node or a process
	 * without an entry holds its name, else {@link ChildStartException}
	 */
	CompletableFuture<StartResult> startChild(ChildSpec spec);

	/**
	 * Start many children, in one round trip per node.
	 * @param specs the children
	 * @return the outcomes, in order, with failures inside
	 */
	CompletableFuture<List<StartResult>> startChildren(Collection<ChildSpec> specs);

	/**
	 * Stop a child for good, wherever it runs. A static child stays stopped until it is
	 * started again. If this node does not know the child it asks the other members, and
	 * waits until what they know of it has come.
	 * @param id the id of the child
	 * @return {@code true} if it existed, {@code false} if no member that is up and
	 * answers knows it; completes when no copy runs on a living member, and at least two
	 * members know that it is terminated (where there are two). A quorum child needs a
	 * majority of the voters instead of two members: without contact to one it fails with
	 * {@link QuorumNotMetException} and changes nothing; if the contact is lost meanwhile
	 * it fails likewise, and the child may be terminated when the voters are met again
	 */
	CompletableFuture<Boolean> terminateChild(String id);

	/**
	 * Move a child to a member.
	 * @param id the id of the child
	 * @param memberName the name of the member
	 * @return where it runs then; fails with a
	 * {@link io.horde.distribution.NoEligibleMemberException} if that member may not run
	 * it, with another {@link io.horde.HordeException} if it is not known, runs nowhere,
	 * or doesn't arrive
	 */
	CompletableFuture<ProcessRef> moveChild(String id, String memberName);

	/**
	 * Hand all processes of this node over to others and take part no longer.
	 * @return completes when that is done, or {@code horde.shutdown.drain-timeout} has
	 * passed; members that can't be reached take the processes over when they see that
	 * this node is gone
	 */
	CompletableFuture<Void> leave();

	/**
	 * Return a child.
	 * @param id the id of the child
	 * @return the child and where it runs, as this node sees it
	 */
	Optional<ProcessRef> child(String id);

	/**
	 * Return the children. Weakly consistent: each at most once, and none is missed that
	 * exists throughout.
	 * @return the children
	 */
	Stream<ProcessRef> children();

	/**
	 * Count the children.
	 * @return counts, exact at one instant
	 */
	ChildCounts countChildren();

	/**
	 * Return the instances of a type that run on this node.
	 * @param <T> the type
	 * @param type a class or interface
	 * @return the instances, weakly consistent
	 */
	<T> Stream<T> localInstances(Class<T> type);

	/**
	 * Explain where a child is and why.
	 * @param id the id of the child
	 * @return the explanation
	 */
	PlacementExplanation explain(String id);

	/**
	 * Return the control over moves that balance the load.
	 * @return the redistribution of this supervisor
	 */
	Redistribution redistribution();

}
