package io.horde.cluster.quorum;

/**
 * A set of numbers, for very many of them.
 */
final class ModelSet {

	private static final long SPREAD = 0x9E3779B97F4A7C15L;

	private static final int CAPACITY = 1 << 16;

	private long[] numbers = new long[CAPACITY];

	private int size;

	boolean contains(long number) {
		long value = value(number);
		return this.numbers[slot(value)] == value;
	}

	void add(long number) {
		if (this.size * 4L > this.numbers.length * 3L) {
			grow();
		}
		long value = value(number);
		int slot = slot(value);
		if (this.numbers[slot] == 0) {
			this.numbers[slot] = value;
			this.size++;
		}
	}

	/* An empty place is 0. */
	private static long value(long number) {
		return (number != 0) ? number : 1;
	}

	private int slot(long value) {
		int slot = (int) (value * SPREAD >>> Long.numberOfLeadingZeros(this.numbers.length) + 1);
		while (this.numbers[slot] != 0 && this.numbers[slot] != value) {
			slot = (slot + 1) & (this.numbers.length - 1);
		}
		return slot;
	}

	private void grow() {
		long[] before = this.numbers;
		this.numbers = new long[before.length * 2];
		for (long value : before) {
			if (value != 0) {
				this.numbers[slot(value)] = value;
			}
		}
	}

}
