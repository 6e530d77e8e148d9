package io.horde.cluster.membership;

import io.horde.cluster.protocol.MemberRecord;
import io.horde.cluster.protocol.Report;
import io.horde.crdt.Fingerprint;
import io.horde.crdt.ReplicaId;

/**
 * Digests of all records and reports that a node knows: one of all, and one of each
 * bucket of names, so that what differs is found without listing what doesn't.
 */
final class Digests {

	/** As many as a long has bits, so that some of them are named by a mask. */
	static final int BUCKETS = Long.SIZE;

	private static final int BUCKET_BITS = 6;

	private final long[] buckets = new long[BUCKETS];

	private long all;

	/**
	 * Return in which bucket a name is.
	 * @param name the name of a member
	 * @return from 0 to {@link #BUCKETS} - 1
	 */
	static int bucket(String name) {
		return (int) (mix(new ReplicaId(name, 0), 0) >>> (Long.SIZE - BUCKET_BITS));
	}

	static boolean isIn(long buckets, int bucket) {
		return (buckets >>> bucket & 1) != 0;
	}

	/**
	 * Count one term instead of another.
	 * @param before the term that no longer counts, or 0
	 * @param after the new one, or 0
	 */
	void replace(int bucket, long before, long after) {
		this.all += after - before;
		this.buckets[bucket] += after - before;
	}

	/**
	 * Return what a record adds to the digests.
	 */
	static long term(MemberRecord record) {
		return mix(record.id(), record.version());
	}

	/**
	 * Return what a report adds to the digests.
	 * @param by what stands for its author
	 */
	static long term(long by, Report report) {
		return (report.version() != 0) ? Fingerprint.of(by, report.version()) : 0;
	}

	/**
	 * Return the digest of all.
	 */
	long all() {
		return this.all;
	}

	/**
	 * Return the digests of the buckets.
	 */
	long[] buckets() {
		return this.buckets.clone();
	}

	private static long mix(ReplicaId id, long version) {
		long hash = id.node().hashCode() * 0x9E3779B97F4A7C15L;
		hash = (hash ^ (hash >>> 29) ^ id.incarnation()) * 0xBF58476D1CE4E5B9L;
		hash = (hash ^ (hash >>> 32) ^ version) * 0x94D049BB133111EBL;
		return hash ^ (hash >>> 31);
	}

}
