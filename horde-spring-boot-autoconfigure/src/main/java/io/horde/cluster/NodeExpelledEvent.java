package io.horde.cluster;

/**
 * This node is out of the cluster, and stops its processes. Published as an application
 * event, on a thread of Horde's process executor. If the node comes back as a new
 * incarnation, a {@link MemberUpEvent} for it follows.
 *
 * @param nodeName the name of this node
 * @param reason why it is out
 * @param message what happened, and what to do
 */
public record NodeExpelledEvent(String nodeName, ExpulsionCause reason, String message) {

}
