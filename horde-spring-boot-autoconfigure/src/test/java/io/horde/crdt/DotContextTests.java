package io.horde.crdt;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link DotContext}.
 */
class DotContextTests {

	private static final ReplicaId A = new ReplicaId("a", 1);

	private static final ReplicaId B = new ReplicaId("b", 1);

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

	@Test
	void contextContainsWhatItHasSeen() {
		this.context.advance(A, 5);
		this.context.add(new Dot(A, 7));
		assertThat(this.context.contains(CausalContext.EMPTY)).isTrue();
		assertThat(this.context.contains(this.context.snapshot())).isTrue();
		assertThat(this.context.contains(seen(A, 5, 7))).isTrue();
		assertThat(this.context.contains(seen(A, 5, 6))).isFalse();
		assertThat(this.context.contains(seen(A, 6, 7))).isFalse();
		assertThat(this.context.contains(seen(B, 1, 2))).isFalse();
	}

	@Test
	void contextContainsAllOfWhatIsGone() {
		assertThat(this.context.contains(seen(A, DotContext.CLOSED, DotContext.CLOSED))).isTrue();
		this.context.forget(B);
		assertThat(this.context.contains(seen(B, 5, 7))).isTrue();
	}

	private static CausalContext seen(ReplicaId replica, long covered, long single) {
		return CausalContext.of(new TreeMap<>(Map.of(replica, covered)),
				(single > covered) ? List.of(new Dot(replica, single)) : List.of());
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
