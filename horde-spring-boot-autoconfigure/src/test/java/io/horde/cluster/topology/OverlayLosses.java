package io.horde.cluster.topology;

import java.util.BitSet;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Takes a random third of the members, or one zone, out of many overlays and looks
 * whether the others are connected: a program, not a test. Its arguments are numbers of
 * members; the system property {@code horde.overlay.seeds} says how many losses of each.
 */
final class OverlayLosses {

	private static final int SEEDS = Integer.getInteger("horde.overlay.seeds", 100_000);

	/** So many losses are tried on each graph. */
	private static final int LOSSES = 100;

	private OverlayLosses() {
	}

	/**
	 * Run the program.
	 * @param args numbers of members
	 */
	public static void main(String[] args) {
		boolean whole = true;
		for (String size : args) {
			whole &= run(Integer.parseInt(size));
		}
		if (!whole) {
			System.exit(1);
		}
	}

	private static boolean run(int size) {
		int thirds = 0;
		int zones = 0;
		int separated = 0;
		for (int seed = 0; seed < SEEDS / LOSSES; seed++) {
			SplittableRandom random = new SplittableRandom(seed);
			Overlay overlay = OverlayTests.draw(size, random, random.nextInt(2, 6));
			for (int loss = 0; loss < LOSSES; loss++) {
				thirds++;
				if (!OverlayTests.isConnected(overlay, OverlayTests.rest(size, size / 3, random))) {
					separated++;
					System.out.printf("Without a random third the others are apart: seed %d, loss %d%n", seed, loss);
				}
			}
			for (BitSet lost : byZone(overlay).values()) {
				BitSet rest = new BitSet();
				rest.set(0, size);
				rest.andNot(lost);
				zones++;
				if (!rest.isEmpty() && !OverlayTests.isConnected(overlay, rest)) {
					separated++;
					System.out.printf("Without %s the others are apart: seed %d%n", lost, seed);
				}
			}
		}
		System.out.printf("%,d members: %,d random thirds and %,d zones lost, %d times others were apart%n", size,
				thirds, zones, separated);
		return separated == 0;
	}

	private static SortedMap<String, BitSet> byZone(Overlay overlay) {
		SortedMap<String, BitSet> byZone = new TreeMap<>();
		for (int i = 0; i < overlay.size(); i++) {
			byZone.computeIfAbsent(overlay.zone(i), (zone) -> new BitSet()).set(i);
		}
		return byZone;
	}

}
