package io.horde.cluster.protocol;

import io.horde.cluster.ExpulsionCause;
import io.horde.cluster.NodeExpelledException;
import org.jspecify.annotations.Nullable;

/**
 * That a node is out of the cluster (B4).
 *
 * @param node the name of the node
 * @param cause why
 * @param detail what this node was told, a sentence without its end
 * @param holder the address of who has the name of the node now, if that is known
 */
public record Expelled(String node, ExpulsionCause cause, String detail, @Nullable String holder) {

	/**
	 * Return what is known when a node that is out could not come back.
	 * @param before why it was out
	 * @return why it is out, with what was known before of who has its name
	 */
	public Expelled after(Expelled before) {
		return (this.holder == null && before.cause == ExpulsionCause.REPLACED)
				? new Expelled(this.node, before.cause, this.detail, before.holder) : this;
	}

	/**
	 * Return what happened.
	 * @return sentences
	 */
	public String description() {
		return "Node '" + this.node + "' is out of the cluster, and has stopped its processes: " + switch (this.cause) {
			case REPLACED ->
				"a later start of its name has taken its place" + ((this.holder != null) ? ", at " + this.holder : "");
			case FORGOTTEN -> "the others declared it gone for good while it was not reachable";
			case TRANSPORT_LOST -> "its transport has ended";
		} + " (" + this.detail + ").";
	}

	/**
	 * Return what to do.
	 * @return sentences
	 */
	public String remedy() {
		String elsewhere = "Ask another member until it is back.";
		return (this.cause == ExpulsionCause.REPLACED)
				? elsewhere + " If both nodes are to run, give each a horde.node.name of its own." : elsewhere;
	}

	/**
	 * Return what those are told who ask something of the node.
	 * @return a new exception
	 */
	public NodeExpelledException failure() {
		return new NodeExpelledException(this.node, this.cause, description() + " " + remedy());
	}

}
