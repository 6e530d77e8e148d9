package io.horde.hazelcast.gate;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Changes bytes as somebody would who knows how they are made: flipped bits, other
 * lengths, other heads of CBOR items, ends cut off, pieces repeated or taken from another
 * sample.
 */
final class Mutator {

	private static final int MAX_CHANGES = 4;

	private static final int[] LENGTHS = { 0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7ff, 0x800, 0x801, 0x3fff, 0x4000, 0x7fff,
			0x8000, 0xffff, 0x10000, 100_000_000, Integer.MAX_VALUE, Integer.MIN_VALUE, -1 };

	private final SplittableRandom random;

	Mutator(long seed) {
		this.random = new SplittableRandom(seed);
	}

	/**
	 * Make something that nearly is what one of the samples is.
	 * @param samples well-formed bytes
	 * @return changed bytes
	 */
	byte[] mutate(byte[]... samples) {
		byte[] mutated = samples[this.random.nextInt(samples.length)].clone();
		for (int i = this.random.nextInt(1, MAX_CHANGES + 1); i > 0 && mutated.length > 0; i--) {
			mutated = change(mutated, samples[this.random.nextInt(samples.length)]);
		}
		return mutated;
	}

	private byte[] change(byte[] bytes, byte[] other) {
		int position = this.random.nextInt(bytes.length);
		switch (this.random.nextInt(9)) {
			case 0 -> bytes[position] ^= (byte) (1 << this.random.nextInt(8));
			case 1 -> bytes[position] = (byte) this.random.nextInt();
			case 2 -> {
				return Arrays.copyOf(bytes, position);
			}
			// The head of a CBOR item of any type, with a length in the following bytes
			case 3 -> bytes[position] = (byte) (this.random.nextInt(8) << 5 | this.random.nextInt(24, 32));
			case 4 -> number(bytes, position, Short.BYTES);
			case 5 -> number(bytes, position, Integer.BYTES);
			case 6 -> {
				int length = this.random.nextInt(bytes.length - position + 1);
				return splice(bytes, position, Arrays.copyOfRange(bytes, position, position + length), 0);
			}
			case 7 -> {
				int from = (other.length > 0) ? this.random.nextInt(other.length) : 0;
				return splice(bytes, position, Arrays.copyOfRange(other, from, other.length),
						this.random.nextInt(bytes.length - position + 1));
			}
			default -> {
				byte[] noise = new byte[this.random.nextInt(64)];
				this.random.nextBytes(noise);
				return splice(bytes, position, noise, 0);
			}
		}
		return bytes;
	}

	/** Lengths of TLS and of the gate begin with the highest byte, Hazelcast's do not. */
	private void number(byte[] bytes, int position, int size) {
		int value = LENGTHS[this.random.nextInt(LENGTHS.length)];
		boolean reversed = this.random.nextBoolean();
		for (int i = 0; i < size && position + i < bytes.length; i++) {
			bytes[position + i] = (byte) (value >>> 8 * (reversed ? i : size - 1 - i));
		}
	}

	private static byte[] splice(byte[] bytes, int position, byte[] piece, int replaced) {
		byte[] spliced = new byte[bytes.length - replaced + piece.length];
		System.arraycopy(bytes, 0, spliced, 0, position);
		System.arraycopy(piece, 0, spliced, position, piece.length);
		System.arraycopy(bytes, position + replaced, spliced, position + piece.length,
				bytes.length - position - replaced);
		return spliced;
	}

	/**
	 * Return how many bytes arrive at once.
	 * @param available how many there are
	 * @return at least one
	 */
	int chunk(int available) {
		return this.random.nextInt(3) == 0 ? 1 + this.random.nextInt(available) : available;
	}

}
