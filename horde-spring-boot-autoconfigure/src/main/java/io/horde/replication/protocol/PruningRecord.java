package io.horde.replication.protocol;

import io.horde.crdt.DotCodec;
import io.horde.crdt.ReplicaId;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;

/**
 * The only thing that is ever written about another node: that one of its incarnations is
 * gone for good (R6).
 *
 * @param replica the incarnation
 * @param kind what follows from it
 * @param covered up to which of its writes all members have merged
 * @param digest a fingerprint of what they have seen of it
 */
public record PruningRecord(ReplicaId replica, Kind kind, long covered, long digest) {

	public static PruningRecord forgotten(ReplicaId replica) {
		return new PruningRecord(replica, Kind.FORGOTTEN, 0, 0);
	}

	public boolean isDropped() {
		return this.kind == Kind.DROPPED;
	}

	void write(FrameWriter writer) {
		DotCodec.writeItems(this.replica, writer.array(5))
			.longValue(this.kind.ordinal())
			.longValue(this.covered)
			.longValue(this.digest);
	}

	static PruningRecord read(FrameReader reader) {
		return reader.array(() -> new PruningRecord(DotCodec.readItems(reader), reader.oneOf(Kind.values()),
				reader.longValue(), reader.longValue()));
	}

	/**
	 * What follows from a record. Frames carry the numbers.
	 */
	public enum Kind {

		/**
		 * All take it for one that has left.
		 */
		FORGOTTEN,

		/**
		 * Nothing of it is alive at any member, and all have seen the same of it: nothing
		 * is kept of it.
		 */
		DROPPED,

		/**
		 * All have seen the same of it, and not all that came before the last of it:
		 * nobody has that, so all counts as seen.
		 */
		CLOSED

	}

}
