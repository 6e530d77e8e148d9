package io.horde.replication.protocol;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

import io.horde.crdt.ReplicaId;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link PruningChain}: who finds a link of its own in a chain finds all that it
 * lacks after it (R6).
 */
class PruningChainTests {

	private static final int HISTORIES = 2000;

	private static PruningRecord dropped(String node) {
		return new PruningRecord(new ReplicaId(node, 1), PruningRecord.Kind.DROPPED, 3, node.hashCode());
	}

	private static PruningChain chain(String... nodes) {
		PruningChain chain = PruningChain.EMPTY;
		for (String node : nodes) {
			chain = chain.with(List.of(dropped(node)));
		}
		return chain;
	}

	@Test
	void theSameRecordsInTheSameOrderMakeTheSameLinks() {
		assertThat(chain("a", "b")).isEqualTo(chain("a", "b"));
		assertThat(chain("a", "b").head()).isNotEqualTo(chain("b", "a").head());
	}

	@Test
	void aChainIsContinuedByALongerOne() {
		PruningChain shorter = chain("a");
		PruningChain longer = shorter.with(List.of(dropped("b")));
		assertThat(shorter.joined(longer)).isEqualTo(longer);
		assertThat(longer.joined(shorter)).isSameAs(longer);
	}

	@Test
	void branchesAreJoinedToTheSameLinkFromEitherSide() {
		PruningChain one = chain("a", "b");
		PruningChain other = chain("a", "c", "d");
		PruningChain joined = one.joined(other);
		assertThat(joined.head()).isEqualTo(other.joined(one).head());
		assertThat(joined.number()).isEqualTo(4);
		assertThat(PruningChain.records(joined.after(one.head()))).contains(dropped("c"), dropped("d"));
		assertThat(PruningChain.records(joined.after(other.head()))).contains(dropped("b"));
		assertThat(joined.isBefore(one) && joined.isBefore(other)).isTrue();
	}

	@Test
	void whatAnotherOneLacksIsEnoughToContinueIt() {
		PruningChain shorter = chain("a", "b");
		PruningChain longer = shorter.with(List.of(dropped("c"))).with(List.of(dropped("d")));
		PruningChain lacking = longer.since(shorter.head());
		assertThat(lacking.links()).hasSize(2);
		assertThat(shorter.joined(lacking)).isEqualTo(longer);
		assertThat(longer.joined(lacking)).isSameAs(longer);
		assertThat(longer.since(longer.head()).links()).isEmpty();
	}

	@Test
	void whatIsNoLongerKeptCannotBeContinued() {
		PruningChain longer = chain("a", "b", "c").without(2);
		assertThat(chain("a").joined(longer)).isNull();
		assertThat(chain("a", "b").joined(longer)).isNotNull();
		assertThat(longer.contains(chain("a", "b").head())).isTrue();
		assertThat(longer.contains(chain("a").head())).isFalse();
	}

	@Test
	void chainsWithoutACommonLinkAreOrdered() {
		PruningChain one = chain("a", "b").without(1);
		PruningChain other = chain("c", "d", "e").without(1);
		assertThat(one.joined(other)).isNull();
		assertThat(other.isBefore(one)).isTrue();
		assertThat(one.isBefore(other)).isFalse();
	}

	@Test
	void aChainIsReadAsItWasWritten() {
		PruningChain chain = chain("a", "b", "c").without(1)
			.with(List.of(PruningRecord.forgotten(new ReplicaId("d", 7)), dropped("e")));
		FrameWriter writer = new FrameWriter();
		chain.write(writer);
		assertThat(PruningChain.read(new FrameReader(writer.toBytes()))).isEqualTo(chain);
	}

	@Test
	void whoeverJoinsAChainHasAllThatItLackedInTheLinksAfterItsOwn() {
		int joined = 0;
		for (int seed = 0; seed < HISTORIES; seed++) {
			joined += history(new SplittableRandom(seed));
		}
		assertThat(joined).isGreaterThan(HISTORIES);
	}

	private static int history(SplittableRandom random) {
		List<PruningChain> chains = new ArrayList<>();
		List<Set<PruningRecord>> known = new ArrayList<>();
		int count = 2 + random.nextInt(4);
		for (int i = 0; i < count; i++) {
			chains.add(PruningChain.EMPTY);
			known.add(new HashSet<>());
		}
		int joined = 0;
		for (int step = 0; step < 60; step++) {
			int node = random.nextInt(count);
			PruningChain own = chains.get(node);
			int choice = random.nextInt(10);
			if (choice < 2) {
				PruningRecord record = dropped("n" + step);
				chains.set(node, own.with(List.of(record)));
				known.get(node).add(record);
			}
			else if (choice < 3 && !own.links().isEmpty()) {
				chains.set(node, own.without(1 + random.nextInt(own.links().size())));
			}
			else {
				int other = random.nextInt(count);
				PruningChain theirs = chains.get(other);
				boolean part = theirs.contains(own.head()) && random.nextBoolean();
				PruningChain next = own.joined(part ? theirs.since(own.head()) : theirs);
				if (next != null && next != own) {
					known.get(node).addAll(PruningChain.records(next.after(own.head())));
					chains.set(node, next);
					assertThat(known.get(node)).containsAll(known.get(other));
					joined++;
				}
				else if (next != null) {
					assertThat(known.get(node)).containsAll(known.get(other));
				}
			}
			assertThat(chains.get(node).number()).isGreaterThanOrEqualTo(own.number());
		}
		return joined;
	}

}
