package io.horde.crdt;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds out in what two sets differ, from {@link CodedSymbols} of both.
 *
 * @see <a href="https://arxiv.org/abs/2402.02668">Yang, Gilad, Alizadeh, Practical
 * Rateless Set Reconciliation (2024)</a>
 */
public final class SymbolDecoder {

	private long[] symbols = new long[0];

	private int size;

	private final Set<Long> mine = new TreeSet<>();

	private final Set<Long> theirs = new TreeSet<>();

	private final Set<Long> found = new HashSet<>();

	/**
	 * Add the next symbols of both sets.
	 * @param ofTheirs the next symbols of the other set
	 * @param ofMine the same symbols of this set
	 * @return whether the difference is complete now
	 */
	public boolean add(long[] ofTheirs, long[] ofMine) {
		int from = this.size;
		this.size += ofMine.length / CodedSymbols.FIELDS;
		this.symbols = Arrays.copyOf(this.symbols, this.size * CodedSymbols.FIELDS);
		long[] added = new long[ofMine.length];
		for (int i = 0; i < added.length; i += CodedSymbols.FIELDS) {
			added[i] = ofTheirs[i] ^ ofMine[i];
			added[i + 1] = ofTheirs[i + 1] ^ ofMine[i + 1];
			added[i + 2] = ofTheirs[i + 2] - ofMine[i + 2];
		}
		this.mine.forEach((id) -> CodedSymbols.add(added, from, this.size, id, 1));
		this.theirs.forEach((id) -> CodedSymbols.add(added, from, this.size, id, -1));
		System.arraycopy(added, 0, this.symbols, from * CodedSymbols.FIELDS, added.length);
		peel(from);
		return isComplete();
	}

	/**
	 * Return how many symbols were added.
	 * @return their number
	 */
	public int size() {
		return this.size;
	}

	/**
	 * Return by how many ids this set is larger than the other one, as far as the
	 * difference is not yet found. Known after the first symbol.
	 * @return a number, negative if it is smaller
	 */
	public long surplus() {
		return -this.symbols[2];
	}

	/**
	 * Return what only this set has, as far as it is found.
	 * @return the ids, sorted
	 */
	public Set<Long> mine() {
		return this.mine;
	}

	/**
	 * Return what only the other set has, as far as it is found.
	 * @return the ids, sorted
	 */
	public Set<Long> theirs() {
		return this.theirs;
	}

	private boolean isComplete() {
		return this.size > 0 && this.symbols[0] == 0 && this.symbols[1] == 0 && this.symbols[2] == 0;
	}

	/*
	 * A symbol that one id is left of shows that id, which is then taken out of its other
	 * symbols, of which some show theirs.
	 */
	private void peel(int from) {
		Deque<Integer> pure = new ArrayDeque<>();
		for (int i = from; i < this.size; i++) {
			if (isPure(i)) {
				pure.add(i);
			}
		}
		while (!pure.isEmpty()) {
			int symbol = pure.remove();
			if (isPure(symbol)) {
				long id = this.symbols[symbol * CodedSymbols.FIELDS];
				int sign = (int) this.symbols[symbol * CodedSymbols.FIELDS + 2];
				if (!this.found.add(id)) {
					// Seen before: a checksum was right by accident, more symbols will
					// show it
					return;
				}
				((sign > 0) ? this.theirs : this.mine).add(id);
				CodedSymbols.add(this.symbols, 0, this.size, id, -sign);
				CodedSymbols.forEach(id, this.size, (index) -> {
					if (isPure(index)) {
						pure.add(index);
					}
				});
			}
		}
	}

	private boolean isPure(int symbol) {
		int at = symbol * CodedSymbols.FIELDS;
		return (this.symbols[at + 2] == 1 || this.symbols[at + 2] == -1)
				&& CodedSymbols.check(this.symbols[at]) == this.symbols[at + 1];
	}

}
