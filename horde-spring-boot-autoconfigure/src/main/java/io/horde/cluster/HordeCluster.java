package io.horde.cluster;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

/**
 * The members of the cluster as this node sees them. Reads are plain memory reads and
 * never block.
 */
public interface HordeCluster {

	/**
	 * Return this node.
	 * @return this node's member
	 */
	Member self();

	/**
	 * Return the members that this node knows, itself included, sorted by name. Members
	 * that are {@code LEFT} or {@code DOWN} are listed until they are forgotten.
	 * @return the members
	 */
	List<Member> members();

	/**
	 * Return whether this node can reach a majority.
	 * @return the quorum
	 */
	Quorum quorum();

	/**
	 * Wait until there is a quorum. Where quorum is not used there is none ever. Blocks;
	 * not to be called by listeners and strategies.
	 * @param timeout how long to wait at most; zero or less to ask only
	 * @return whether there is one
	 * @throws InterruptedException if the thread is interrupted
	 */
	boolean awaitQuorum(Duration timeout) throws InterruptedException;

	/**
	 * Declare the members, for applications without discovery. One call on one node is
	 * enough; the last call wins as a whole (M7). A living member that is not in the list
	 * stops its processes and leaves.
	 * @param addresses transport addresses, {@code host:port}
	 * @throws IllegalArgumentException if one of them is no such address; nothing is
	 * declared then
	 */
	void setMembers(Collection<String> addresses);

	/**
	 * Say that a member will not come back, so that what it left behind is cleaned up at
	 * once. For operators.
	 * <p>
	 * Its voting seat is given to another member when it has not been heard for
	 * {@code horde.cluster.forget-after}, since it may run all the same.
	 * @param memberName the name of a member that is not alive
	 * @throws IllegalArgumentException if there is no such member
	 * @throws IllegalStateException if it is alive
	 * @throws QuorumNotMetException if quorum is used and there is none
	 */
	void forget(String memberName);

	/**
	 * Forget a member where {@link #forget} is refused, because there is no quorum: this
	 * node founds a configuration of the voting seats in which the member has none. For
	 * operators, once for each member that is gone. All other members that are up get
	 * seats, as far as there are any; those that come later do not, until all nodes have
	 * been stopped and started again.
	 * <p>
	 * This voids the guarantee of a single owner unless the member is off. Where quorum
	 * is not used it does the same as {@link #forget}.
	 * @param memberName the name of a member that is not alive
	 * @throws IllegalArgumentException if there is no such member
	 * @throws IllegalStateException if it is alive
	 */
	void forgetByForce(String memberName);

}
