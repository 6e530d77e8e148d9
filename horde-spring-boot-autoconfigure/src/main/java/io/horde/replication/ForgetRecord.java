package io.horde.replication;

import io.horde.crdt.ReplicaId;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;

/**
 * The only thing that is ever written about another node: that one of its incarnations is
 * gone for good (R6).
 *
 * @param replica the incarnation
 * @param dropped whether nothing of it is alive at any member, and all have seen the same
 * of it, so that nothing is kept of it; else it was forgotten, and all take it for one
 * that has left
 * @param covered up to which of its writes all members have merged
 * @param digest a fingerprint of what they have seen of it
 */
record ForgetRecord(ReplicaId replica, boolean dropped, long covered, long digest) {

	static ForgetRecord forgotten(ReplicaId replica) {
		return new ForgetRecord(replica, false, 0, 0);
	}

	void write(FrameWriter writer) {
		Codecs.writeReplica(writer.array(5), this.replica)
			.bool(this.dropped)
			.longValue(this.covered)
			.longValue(this.digest);
	}

	static ForgetRecord read(FrameReader reader) {
		reader.array();
		ForgetRecord forgotten = new ForgetRecord(Codecs.readReplica(reader), reader.bool(), reader.longValue(),
				reader.longValue());
		reader.end();
		return forgotten;
	}

}
