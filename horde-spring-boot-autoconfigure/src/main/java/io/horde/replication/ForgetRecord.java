package io.horde.replication;

import java.util.Comparator;

import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;

/**
 * The only thing that is ever written about another node: that one of its incarnations is
 * gone for good (R6).
 *
 * @param replica the incarnation
 * @param number counts the members that were forgotten; 0 for one that had left, or was
 * replaced
 * @param dropped whether nothing of it is alive at any member, and all have seen the same
 * of it: then nothing is kept of it
 * @param covered up to which of its writes all members have merged
 * @param digest a fingerprint of what they have seen of it
 */
record ForgetRecord(ReplicaId replica, long number, boolean dropped, long covered, long digest) {

	/**
	 * Of concurrent records of one incarnation, the one that says more.
	 */
	static final Comparator<Versioned<ForgetRecord>> ORDER = Comparator
		.comparing((Versioned<ForgetRecord> version) -> version.value().dropped())
		.thenComparing((version) -> version.value().number())
		.thenComparing(Versioned.BY_STAMP);

	static final EntryCodec<ForgetRecord> CODEC = new EntryCodec<>() {

		@Override
		public void write(ForgetRecord value, FrameWriter writer) {
			Codecs.writeReplica(writer.array(6), value.replica())
				.longValue(value.number())
				.bool(value.dropped())
				.longValue(value.covered())
				.longValue(value.digest());
		}

		@Override
		public ForgetRecord read(FrameReader reader) {
			reader.array();
			ForgetRecord forgotten = new ForgetRecord(Codecs.readReplica(reader), reader.longValue(), reader.bool(),
					reader.longValue(), reader.longValue());
			reader.end();
			return forgotten;
		}

	};

	ForgetRecord withDropped(long upTo, long digest) {
		return new ForgetRecord(this.replica, this.number, true, upTo, digest);
	}

}
