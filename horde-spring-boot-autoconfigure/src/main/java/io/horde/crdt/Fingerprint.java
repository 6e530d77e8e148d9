package io.horde.crdt;

/**
 * Hashes that are the same on all nodes.
 *
 * @see <a href="https://dl.acm.org/doi/10.1145/2660193.2660195">Steele, Lea, Flood, Fast
 * Splittable Pseudorandom Number Generators (2014)</a>, whose mixing function this is
 */
public final class Fingerprint {

	private static final long GOLDEN = 0x9e3779b97f4a7c15L;

	private Fingerprint() {
	}

	/**
	 * Return the fingerprint of a replica.
	 * @param replica the replica
	 * @return 64 bits
	 */
	public static long of(ReplicaId replica) {
		return mix(replica.node().hashCode() + mix(replica.incarnation() + GOLDEN));
	}

	/**
	 * Return the fingerprint of a dot.
	 * @param dot the dot
	 * @return 64 bits, which stand for the entry that the dot has made
	 */
	public static long of(Dot dot) {
		return of(of(dot.replica()), dot.sequence());
	}

	/**
	 * Return the fingerprint of a dot.
	 * @param replica the fingerprint of its replica
	 * @param sequence its sequence number
	 * @return 64 bits
	 */
	public static long of(long replica, long sequence) {
		return mix(replica + sequence * GOLDEN);
	}

	/**
	 * Spread bits.
	 * @param value any value
	 * @return a bijective image of it
	 */
	public static long mix(long value) {
		long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
		mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
		return mixed ^ (mixed >>> 31);
	}

}
