package io.horde.replication;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;

import io.horde.crdt.ReplicaId;
import io.horde.replication.protocol.LoggedDelta;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link DeltaLog}.
 */
class DeltaLogTests {

	private static final ReplicaId A = new ReplicaId("a", 1);

	private static final ReplicaId B = new ReplicaId("b", 1);

	private final DeltaLog log = new DeltaLog(64 << 10);

	/**
	 * A delta; those whose first sequence number can be divided by four have two changes.
	 */
	private static LoggedDelta delta(long first) {
		byte[] bytes = new byte[20 + (int) (first % 7)];
		Arrays.fill(bytes, (byte) first);
		return new LoggedDelta(first, (first % 4 == 0) ? first + 1 : first, bytes);
	}

	private long append(ReplicaId origin, long first, int count) {
		long next = first;
		for (int i = 0; i < count; i++) {
			LoggedDelta delta = delta(next);
			this.log.append(origin, delta);
			next = delta.last() + 1;
		}
		return next - 1;
	}

	private static byte[] bytes(List<LoggedDelta> deltas) {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		deltas.forEach((delta) -> out.write(delta.bytes(), delta.offset(), delta.length()));
		return out.toByteArray();
	}

	private static byte[] expected(long from, long last) {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		long next = from;
		while (next <= last) {
			LoggedDelta delta = delta(next);
			out.writeBytes(delta.bytes());
			next = delta.last() + 1;
		}
		return out.toByteArray();
	}

	@Test
	void whatWasAppendedIsReturnedFromAnyDeltaOn() {
		long last = append(A, 1, 500);
		for (long from : new long[] { 1, 2, 3, 100, 101, last }) {
			List<LoggedDelta> deltas = this.log.from(A, from, Integer.MAX_VALUE);
			assertThat(deltas.get(0).first()).isLessThanOrEqualTo(from);
			assertThat(deltas.get(deltas.size() - 1).last()).isEqualTo(last);
			assertThat(bytes(deltas)).isEqualTo(expected(deltas.get(0).first(), last));
		}
		assertThat(this.log.from(A, last + 1, 1000)).isEmpty();
	}

	@Test
	void aSequenceNumberWithinADeltaFindsThatDelta() {
		append(A, 1, 10);
		LoggedDelta found = this.log.from(A, 5, 1).get(0);
		assertThat(found.first()).isEqualTo(4);
		assertThat(found.last()).isEqualTo(5);
		assertThat(found.count()).isEqualTo(1);
	}

	@Test
	void noMoreThanTheBytesAskedForAreReturnedButOneDeltaAtLeast() {
		long last = append(A, 1, 500);
		for (int most : new int[] { 1, 19, 40, 41, 100, 777, 5000 }) {
			long next = 1;
			int deltas = 0;
			while (next <= last) {
				List<LoggedDelta> some = this.log.from(A, next, most);
				assertThat(some.get(0).first()).isEqualTo(next);
				int size = some.stream().mapToInt(LoggedDelta::length).sum();
				int count = some.stream().mapToInt(LoggedDelta::count).sum();
				assertThat(size <= most || count == 1).as("%s of %s bytes", count, size).isTrue();
				deltas += count;
				next = some.get(some.size() - 1).last() + 1;
			}
			assertThat(deltas).isEqualTo(500);
		}
	}

	@Test
	void theOldestAreDroppedWhenThereIsNoRoom() {
		long ofB = append(B, 1, 20);
		long last = append(A, 1, 10_000);
		assertThat(this.log.bytes()).isBetween(48L << 10, 64L << 10);
		assertThat(this.log.reaches(B, 1, ofB)).isFalse();
		assertThat(this.log.from(A, 1, 1000)).isEmpty();
		long from = last - 1000;
		assertThat(this.log.reaches(A, from, last)).isTrue();
		List<LoggedDelta> kept = this.log.from(A, from, Integer.MAX_VALUE);
		assertThat(bytes(kept)).isEqualTo(expected(kept.get(0).first(), last));
	}

	@Test
	void aDeltaLargerThanTheLogIsNotKept() {
		append(A, 1, 3);
		this.log.append(A, new LoggedDelta(4, 4, new byte[100 << 10]));
		assertThat(this.log.bytes()).isZero();
		assertThat(this.log.reaches(A, 4, 4)).isFalse();
		long last = append(A, 5, 3);
		assertThat(this.log.reaches(A, 5, last)).isTrue();
	}

	@Test
	void afterAGapTheEarlierOnesAreDropped() {
		append(A, 1, 100);
		long last = append(A, 201, 3);
		assertThat(this.log.reaches(A, 100, last)).isFalse();
		assertThat(this.log.reaches(A, 201, last)).isTrue();
	}

	@Test
	void afterASkipNothingIsReachedUntilItGoesOn() {
		long last = append(A, 1, 100);
		this.log.skip(A, last);
		assertThat(this.log.reaches(A, 1, last)).isTrue();
		this.log.skip(A, last + 5);
		assertThat(this.log.reaches(A, 1, last + 5)).isFalse();
		long end = append(A, last + 6, 3);
		assertThat(this.log.reaches(A, last + 6, end)).isTrue();
	}

	@Test
	void whatIsForgottenTakesNoRoom() {
		append(B, 1, 100);
		long before = this.log.bytes();
		append(A, 1, 100);
		this.log.drop(A);
		assertThat(this.log.bytes()).isEqualTo(before);
		assertThat(this.log.from(A, 1, 1000)).isEmpty();
	}

	@Test
	void manyOriginsThatWriteLittleTakeLittle() {
		for (int i = 0; i < 100; i++) {
			append(new ReplicaId("n" + i, 1), 1, 1);
		}
		assertThat(this.log.bytes()).isLessThan(100 * 600);
	}

}
