package io.horde.distribution;

/**
 * A 64-bit hash that is the same in every JVM and spreads similar strings.
 */
final class Hash {

	private static final long GOLDEN = 0x9e3779b97f4a7c15L;

	private Hash() {
	}

	/**
	 * Hash a string: a multiply-and-fold step for each character, then the finalizer.
	 */
	static long of(String text, long salt) {
		long hash = salt;
		for (int i = 0; i < text.length(); i++) {
			hash = (hash ^ text.charAt(i)) * GOLDEN;
			hash ^= hash >>> 32;
		}
		return mix(hash ^ text.length());
	}

	/**
	 * Return the n-th of the numbers that a seed stands for, by the steps of SplitMix64
	 * (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators, 2014).
	 */
	static long sequence(long seed, int n) {
		return mix(seed + n * GOLDEN);
	}

	/**
	 * The finalizer of MurmurHash3 with the constants of Stafford's variant 13.
	 */
	private static long mix(long value) {
		long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
		mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
		return mixed ^ (mixed >>> 31);
	}

}
