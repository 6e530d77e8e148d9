package io.horde.hazelcast.gate;

/**
 * Which end of a connection somebody is.
 */
enum Role {

	/** Has dialled. */
	INITIATOR,

	/** Was dialled. */
	ACCEPTOR

}
