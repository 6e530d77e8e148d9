package io.horde.replication.protocol;

import java.util.List;
import java.util.Map;

import io.horde.crdt.CausalContext;
import io.horde.crdt.ReplicaId;
import io.horde.wire.MalformedFrameException;

/**
 * What replicators tell each other. Every message may be lost, doubled or late. Frames
 * have the components in their order.
 */
public sealed interface Message {

	/**
	 * Tell whether this carries state that the receiver would merge, or from which it
	 * would conclude what it lacks (R6).
	 * @return whether it does
	 */
	default boolean carriesState() {
		return true;
	}

	/**
	 * A message that carries no state (R6).
	 */
	sealed interface Signal extends Message {

		@Override
		default boolean carriesState() {
			return false;
		}

	}

	/**
	 * New deltas, or the replay of old ones.
	 *
	 * @param runs the deltas
	 */
	record Deltas(List<Run> runs) implements Message {

		int length() {
			int length = 0;
			for (Run run : this.runs) {
				length += run.length();
			}
			return length;
		}

	}

	/**
	 * The receiver's own deltas are merged here.
	 *
	 * @param sequence up to this sequence number
	 */
	record Ack(long sequence) implements Signal {

	}

	/**
	 * The digests differ: what do you have?
	 *
	 * @param token comes back in the answer
	 */
	record VectorRequest(long token) implements Signal {

	}

	/**
	 * What the sender has merged.
	 *
	 * @param token of the request; 0 if this is no answer but an invitation to send what
	 * is missing
	 * @param seen the context
	 * @param digest the digest of the state, for the case that the contexts are equal
	 * @param joining whether the sender is about to get a snapshot
	 */
	record Vector(long token, CausalContext seen, long digest, boolean joining) implements Message {

	}

	/**
	 * A request to replay from the log.
	 *
	 * @param token comes back at the end
	 * @param after for each origin, the last sequence number that need not be sent
	 */
	record Pull(long token, Map<ReplicaId, Long> after) implements Signal {

	}

	/**
	 * The end of a replay.
	 *
	 * @param token of the request
	 * @param outcome how it ended
	 */
	record PullEnd(long token, Outcome outcome) implements Signal {

		/**
		 * How a replay ended.
		 */
		public enum Outcome {

			/**
			 * All was sent.
			 */
			COMPLETE,

			/**
			 * There is more, which is to be asked for when this has arrived.
			 */
			MORE,

			/**
			 * The log does not reach back so far.
			 */
			TOO_OLD

		}

	}

	/**
	 * Origins that are gone, and of which nothing is alive at the sender or not all was
	 * seen (R6).
	 *
	 * @param digests for each of them, a fingerprint of what the sender has seen of it
	 */
	record Prunable(Map<ReplicaId, Long> digests) implements Signal {

	}

	/**
	 * The pruning history.
	 *
	 * @param chain the sender's
	 * @param ages how old its links are, in milliseconds
	 */
	record History(PruningChain chain, List<Long> ages) implements Signal {

		public History {
			if (ages.size() != chain.links().size()) {
				throw new MalformedFrameException(
						"A chain of " + chain.links().size() + " links and " + ages.size() + " ages");
			}
		}

	}

	/**
	 * A request to reconcile the receiver's state into the sender's.
	 *
	 * @param session chosen by the sender
	 * @param seen what the sender has seen
	 */
	record Reconcile(long session, CausalContext seen) implements Signal {

	}

	/**
	 * A piece of what the asking replica lacks.
	 *
	 * @param session the session
	 * @param number counts from 0
	 * @param last whether it is the last one
	 * @param seen in the first one: what its sender had seen before the first byte (R2)
	 * @param entries the entries, see {@link EntriesCodec}
	 */
	record Chunk(long session, long number, boolean last, CausalContext seen, byte[] entries) implements Message {

	}

	/**
	 * All chunks before a number are merged.
	 *
	 * @param session the session
	 * @param number the number of the next chunk
	 * @param again whether it seems to be lost and is to be sent again
	 */
	record Next(long session, long number, boolean again) implements Signal {

	}

	/**
	 * A request for coded symbols of the living dots.
	 *
	 * @param session the session
	 * @param from the first symbol
	 * @param to the symbol after the last
	 */
	record SymbolsRequest(long session, int from, int to) implements Signal {

	}

	/**
	 * Coded symbols of the living dots.
	 *
	 * @param session the session
	 * @param from the first symbol
	 * @param symbols for each symbol its sum, checksum and count
	 */
	record Symbols(long session, int from, long[] symbols) implements Message {

	}

	/**
	 * A request for all that there is under some keys.
	 *
	 * @param session the session
	 * @param number counts from 0
	 * @param keys the maps and keys
	 */
	record EntriesRequest(long session, long number, List<MapKey> keys) implements Signal {

	}

	/**
	 * All that there is under the first keys of a request.
	 *
	 * @param session the session
	 * @param number of the request
	 * @param answered how many of its keys this is the answer for, the first ones; the
	 * others would make it too large
	 * @param entries the entries; keys that have none are left out
	 */
	record Entries(long session, long number, int answered, byte[] entries) implements Message {

	}

	/**
	 * The session is over for the sender.
	 *
	 * @param session the session
	 * @param asked whether the sender is the one who asked for it
	 */
	record SessionEnd(long session, boolean asked) implements Signal {

	}

	/**
	 * A key of a map.
	 *
	 * @param map the number of the map
	 * @param key the key
	 */
	record MapKey(int map, String key) {

	}

}
