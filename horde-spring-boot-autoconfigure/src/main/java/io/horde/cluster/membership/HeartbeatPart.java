package io.horde.cluster.membership;

import io.horde.crdt.ReplicaId;

/**
 * What an upper floor adds to every heartbeat. Called on the event loop.
 */
public interface HeartbeatPart {

	/**
	 * Return the name by which the receiver finds the same part. Part of the protocol.
	 * @return a short name
	 */
	String name();

	/**
	 * Write the part of the next heartbeat.
	 * @param to who will get it
	 * @return a few bytes; an empty array sends nothing
	 */
	byte[] write(ReplicaId to);

	/**
	 * Read what a peer's part has written.
	 * @param from who sent it
	 * @param bytes the bytes, from outside: they may be malformed
	 */
	void read(ReplicaId from, byte[] bytes);

}
