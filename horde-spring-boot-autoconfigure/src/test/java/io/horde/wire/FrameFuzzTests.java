package io.horde.wire;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.SplittableRandom;

import com.sun.management.ThreadMXBean;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Mutated and random frames for {@link FrameReader}. Fails with the seed that repeats it.
 */
class FrameFuzzTests {

	private static final int FRAMES = 150_000;

	/**
	 * Frames for which the classes that are used are loaded.
	 */
	private static final int WARM_UP = 1000;

	private static final int LARGEST_FRAME = 400;

	/**
	 * A reader, its exception with its message and stack trace, and what a frame holds.
	 */
	private static final long ALLOWANCE = 64 * 1024;

	private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	@Test
	void mutatedFramesAreReadOrRefusedCleanly() {
		int refused = 0;
		for (long seed = 0; seed < FRAMES; seed++) {
			SplittableRandom random = new SplittableRandom(seed);
			FrameWriter writer = new FrameWriter();
			writeItem(writer, random, 0);
			refused += read(mutate(writer.toBytes(), random), seed) ? 0 : 1;
		}
		assertThat(refused).isBetween(FRAMES / 10, FRAMES);
	}

	@Test
	void randomBytesAreReadOrRefusedCleanly() {
		for (long seed = 0; seed < FRAMES; seed++) {
			SplittableRandom random = new SplittableRandom(seed);
			byte[] frame = new byte[random.nextInt(64)];
			random.nextBytes(frame);
			read(frame, seed);
		}
	}

	@Test
	void unmutatedFramesAreSkippedToTheirEnd() {
		for (long seed = 0; seed < 20_000; seed++) {
			FrameWriter writer = new FrameWriter();
			writeItem(writer, new SplittableRandom(seed), 0);
			FrameReader reader = new FrameReader(writer.toBytes());
			reader.skip();
			assertThat(reader.remaining()).as("seed %d", seed).isZero();
		}
	}

	private boolean read(byte[] frame, long seed) {
		SplittableRandom random = new SplittableRandom(~seed);
		long before = this.threads.getCurrentThreadAllocatedBytes();
		boolean read = true;
		try {
			readItem(new FrameReader(frame), frame, random);
		}
		catch (MalformedFrameException ex) {
			read = false;
		}
		catch (RuntimeException | Error ex) {
			throw new AssertionError("Frame of seed " + seed + " leads to " + ex, ex);
		}
		long allocated = this.threads.getCurrentThreadAllocatedBytes() - before;
		if (seed >= WARM_UP && allocated > ALLOWANCE + 20L * frame.length) {
			throw new AssertionError(
					"Frame of seed " + seed + " with " + frame.length + " bytes made the reader allocate " + allocated);
		}
		return read;
	}

	/**
	 * Read as an upper floor does: it allocates by the size of an array that it enters,
	 * and believes in no type but the one that it expects, which is what stands there or,
	 * sometimes, another one.
	 */
	private static void readItem(FrameReader reader, byte[] frame, SplittableRandom random) {
		if (random.nextInt(20) == 0) {
			reader.skip();
			return;
		}
		int position = frame.length - reader.remaining();
		int major = (position < frame.length && random.nextInt(50) > 0) ? (frame[position] & 0xff) >>> 5
				: random.nextInt(8);
		switch (major) {
			case Cbor.UNSIGNED, Cbor.NEGATIVE -> reader.longValue();
			case Cbor.BYTES -> reader.bytesOrNil();
			case Cbor.TEXT -> reader.stringOrNil();
			case Cbor.ARRAY -> {
				int size = reader.array();
				byte[] table = new byte[size];
				for (int i = 0; i < table.length && random.nextInt(30) > 0; i++) {
					readItem(reader, frame, random);
				}
				reader.end();
			}
			case Cbor.SIMPLE -> {
				if (!reader.nil()) {
					reader.bool();
				}
			}
			default -> reader.skip();
		}
	}

	private static void writeItem(FrameWriter writer, SplittableRandom random, int depth) {
		switch (random.nextInt((depth < 6) ? 8 : 5)) {
			case 0 -> writer.longValue(random.nextLong() >> random.nextInt(64));
			case 1 -> writer.string("ä".repeat(random.nextInt(3)) + "x".repeat(random.nextInt(40)));
			case 2 -> writer.bytes(new byte[random.nextInt(60)]);
			case 3 -> writer.bool(random.nextBoolean());
			case 4 -> writer.nil();
			default -> {
				int size = (writer.size() < LARGEST_FRAME) ? random.nextInt(8) : 0;
				writer.array(size);
				for (int i = 0; i < size; i++) {
					writeItem(writer, random, depth + 1);
				}
			}
		}
	}

	private static byte[] mutate(byte[] frame, SplittableRandom random) {
		byte[] mutated = frame.clone();
		for (int i = random.nextInt(1, 4); i > 0 && mutated.length > 0; i--) {
			int position = random.nextInt(mutated.length);
			switch (random.nextInt(5)) {
				case 0 -> mutated[position] ^= (byte) (1 << random.nextInt(8));
				case 1 -> mutated[position] = (byte) random.nextInt();
				case 2 -> mutated = Arrays.copyOf(mutated, position);
				case 3 -> mutated[position] = (byte) (random.nextInt(8) << 5 | random.nextInt(24, 32));
				default -> {
					byte[] longer = Arrays.copyOf(mutated, mutated.length + 8);
					System.arraycopy(mutated, position, longer, position + 8, mutated.length - position);
					mutated = longer;
				}
			}
		}
		return mutated;
	}

}
