package io.horde.cluster.protocol;

import java.util.Arrays;
import java.util.SortedMap;

import io.horde.crdt.Fingerprint;
import io.horde.crdt.ReplicaId;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import io.horde.wire.MalformedFrameException;

/**
 * What a member says of others in a sparse overlay: which of its neighbours it doesn't
 * hear, and which others it does hear although somebody doesn't (M1). Immutable.
 */
public final class Report {

	/*
	 * Apart from the member's record, since all neighbours of a member that dies report
	 * it, and each report travels to all. Members are named by the fingerprints of their
	 * incarnations for the same reason.
	 */

	public static final Report NONE = new Report(0, new long[0], new long[0]);

	private final long version;

	private final long[] accused;

	private final long[] heard;

	private Report(long version, long[] accused, long[] heard) {
		this.version = version;
		this.accused = accused;
		this.heard = heard;
	}

	public static Report of(long version, SortedMap<ReplicaId, Reachability> opinions) {
		return new Report(version, fingerprints(opinions, false), fingerprints(opinions, true));
	}

	private static long[] fingerprints(SortedMap<ReplicaId, Reachability> opinions, boolean heard) {
		return opinions.entrySet()
			.stream()
			.filter((entry) -> (entry.getValue() == Reachability.HEARD) == heard)
			.mapToLong((entry) -> Fingerprint.of(entry.getKey()))
			.sorted()
			.toArray();
	}

	/**
	 * Return the version.
	 * @return grows with every change, 0 if there was none yet
	 */
	public long version() {
		return this.version;
	}

	public boolean isEmpty() {
		return this.accused.length + this.heard.length == 0;
	}

	public boolean accuses(long fingerprint) {
		return Arrays.binarySearch(this.accused, fingerprint) >= 0;
	}

	public boolean hears(long fingerprint) {
		return Arrays.binarySearch(this.heard, fingerprint) >= 0;
	}

	/**
	 * Return the fingerprints of the members that it accuses.
	 * @return the fingerprints, ascending; not to be changed
	 */
	public long[] accused() {
		return this.accused;
	}

	/**
	 * Return the fingerprints of the members that it vouches for.
	 * @return the fingerprints, ascending; not to be changed
	 */
	public long[] heard() {
		return this.heard;
	}

	void write(FrameWriter writer) {
		writer.longValue(this.version).longs(this.accused).longs(this.heard);
	}

	static Report read(FrameReader reader) {
		long version = reader.longValue();
		if (version < 0) {
			throw new MalformedFrameException("Found a report of version " + version);
		}
		return new Report(version, readFingerprints(reader), readFingerprints(reader));
	}

	private static long[] readFingerprints(FrameReader reader) {
		long[] fingerprints = reader.longs();
		Arrays.sort(fingerprints);
		return fingerprints;
	}

	@Override
	public boolean equals(Object other) {
		return other instanceof Report that && this.version == that.version && Arrays.equals(this.accused, that.accused)
				&& Arrays.equals(this.heard, that.heard);
	}

	@Override
	public int hashCode() {
		return Long.hashCode(this.version) * 31 + Arrays.hashCode(this.accused);
	}

	@Override
	public String toString() {
		return "Report[" + this.version + ", " + this.accused.length + " accused, " + this.heard.length + " heard]";
	}

}
