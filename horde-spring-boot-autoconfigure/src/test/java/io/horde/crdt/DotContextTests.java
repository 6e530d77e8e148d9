package io.horde.crdt;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link DotContext}.
 */
class DotContextTests {

	private static final ReplicaId A = new ReplicaId("a", 1);

	private final DotContext context = new DotContext();

	@Test
	void singleDotsGoAsTheVectorCoversThem() {
		for (long sequence = 1000; sequence > 3; sequence--) {
			this.context.add(new Dot(A, sequence));
		}
		this.context.advance(A, 500);
		assertThat(this.context.singles()).isEqualTo(500);
		assertThat(this.context.knows(new Dot(A, 501))).isTrue();
		this.context.advance(A, 1000);
		assertThat(this.context.singles()).isZero();
		DotContext other = new DotContext();
		other.advance(A, 1000);
		assertThat(this.context.digest()).isEqualTo(other.digest());
	}

	/* With a look at all of them at each step this would take minutes. */
	@Test
	void manySingleDotsDoNotMakeTheVectorSlow() {
		int dots = 200_000;
		for (long sequence = 2; sequence <= dots; sequence++) {
			this.context.add(new Dot(A, sequence));
		}
		for (long sequence = 1; sequence <= dots; sequence++) {
			this.context.advance(A, sequence);
		}
		assertThat(this.context.singles()).isZero();
		assertThat(this.context.knows(new Dot(A, dots + 1))).isFalse();
	}

}
