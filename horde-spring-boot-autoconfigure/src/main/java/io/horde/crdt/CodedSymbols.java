package io.horde.crdt;

import java.util.function.IntConsumer;

/**
 * Coded symbols of a set of 64-bit ids. As many of them as about 1.4 times the difference
 * suffice to find out in what two sets differ, however large they are; who sends them
 * need not know how many it will take.
 *
 * @see SymbolDecoder
 * @see <a href="https://arxiv.org/abs/2402.02668">Yang, Gilad, Alizadeh, Practical
 * Rateless Set Reconciliation (2024)</a>
 */
public final class CodedSymbols {

	/*
	 * Symbol i is the sum (by exclusive or) of those ids that are mapped to it, the same
	 * of their checksums, and their number. An id is mapped to symbol 0, and to each
	 * other symbol i with the probability 1 / (1 + i/2), independently: the gaps between
	 * its symbols are drawn from the inverse of the cumulated probability, with the id
	 * itself as the seed.
	 */

	/**
	 * How many numbers a symbol consists of.
	 */
	public static final int FIELDS = 3;

	private static final int CHECK_BITS = 32;

	private static final long CHECK_SALT = 0x5851f42d4c957f2dL;

	private static final double UNIT = 0x1.0p-53;

	private CodedSymbols() {
	}

	/**
	 * Add an id to a range of symbols.
	 * @param symbols the numbers of the symbols of the range
	 * @param from the first symbol of the range
	 * @param to the symbol after the range
	 * @param id the id
	 * @param times 1 to add it, -1 to take it away
	 */
	public static void add(long[] symbols, int from, int to, long id, int times) {
		long check = check(id);
		long state = id;
		long index = 0;
		while (index < to) {
			if (index >= from) {
				int at = (int) (index - from) * FIELDS;
				symbols[at] ^= id;
				symbols[at + 1] ^= check;
				symbols[at + 2] += times;
			}
			state = Fingerprint.mix(state + CHECK_SALT);
			index += gap(index, state);
		}
	}

	static void forEach(long id, int to, IntConsumer visitor) {
		long state = id;
		long index = 0;
		while (index < to) {
			visitor.accept((int) index);
			state = Fingerprint.mix(state + CHECK_SALT);
			index += gap(index, state);
		}
	}

	static long check(long id) {
		return Fingerprint.mix(id ^ CHECK_SALT) >>> CHECK_BITS;
	}

	private static long gap(long index, long state) {
		double uniform = (state >>> 11) * UNIT;
		return Math.max(1, (long) Math.ceil((index + 1.5) * (1 / Math.sqrt(1 - uniform) - 1)));
	}

}
