package io.horde.crdt;

import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link CodedSymbols} and {@link SymbolDecoder}.
 */
class CodedSymbolsTests {

	private final SplittableRandom random = new SplittableRandom(1);

	private final Set<Long> mine = new TreeSet<>();

	private final Set<Long> theirs = new TreeSet<>();

	private void sets(int common, int onlyMine, int onlyTheirs) {
		this.random.longs(common).forEach((id) -> {
			this.mine.add(id);
			this.theirs.add(id);
		});
		this.random.longs(onlyMine).forEach(this.mine::add);
		this.random.longs(onlyTheirs).forEach(this.theirs::add);
	}

	private static long[] symbols(Set<Long> ids, int from, int to) {
		long[] symbols = new long[(to - from) * CodedSymbols.FIELDS];
		ids.forEach((id) -> CodedSymbols.add(symbols, from, to, id, 1));
		return symbols;
	}

	private SymbolDecoder decode(int step) {
		SymbolDecoder decoder = new SymbolDecoder();
		int from = 0;
		while (!decoder.add(symbols(this.theirs, from, from + step), symbols(this.mine, from, from + step))) {
			from += step;
		}
		return decoder;
	}

	@Test
	void equalSetsNeedOneSymbol() {
		sets(1000, 0, 0);
		SymbolDecoder decoder = decode(1);
		assertThat(decoder.size()).isEqualTo(1);
		assertThat(decoder.mine()).isEmpty();
		assertThat(decoder.theirs()).isEmpty();
	}

	@Test
	void bothSidesOfADifferenceAreFound() {
		sets(5000, 40, 60);
		SymbolDecoder decoder = decode(8);
		Set<Long> onlyMine = new TreeSet<>(this.mine);
		onlyMine.removeAll(this.theirs);
		Set<Long> onlyTheirs = new TreeSet<>(this.theirs);
		onlyTheirs.removeAll(this.mine);
		assertThat(decoder.mine()).isEqualTo(onlyMine).hasSize(40);
		assertThat(decoder.theirs()).isEqualTo(onlyTheirs).hasSize(60);
	}

	@Test
	void theNumberOfSymbolsGrowsWithTheDifferenceAndNotWithTheSets() {
		for (int difference : new int[] { 100, 1000 }) {
			this.mine.clear();
			this.theirs.clear();
			sets(20_000, difference, 0);
			assertThat(decode(10).size()).isBetween(difference, difference * 17 / 10);
		}
	}

	@Test
	void theFirstSymbolTellsTheSurplus() {
		sets(1000, 30, 10);
		SymbolDecoder decoder = new SymbolDecoder();
		decoder.add(symbols(this.theirs, 0, 1), symbols(this.mine, 0, 1));
		assertThat(decoder.surplus()).isEqualTo(20);
	}

}
