package io.horde.crdt;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The laws of the replicated map, over seeded random histories. A history that breaks one
 * is shrunk before it is shown.
 */
class CrdtLawsTests {

	private static final long SEEDS = Long.getLong("horde.laws.seeds", 2000);

	private static final List<String> NAMES = List.of("a", "b", "c");

	/* A step of a history: a write, the merge of the next delta of another, or a join. */
	private record Step(int kind, int actor, int other, long seed) {

	}

	private static List<Step> history(SplittableRandom random) {
		List<Step> steps = new ArrayList<>();
		int length = 5 + random.nextInt(40);
		for (int i = 0; i < length; i++) {
			steps.add(new Step(random.nextInt(4), random.nextInt(NAMES.size()), random.nextInt(NAMES.size()),
					random.nextLong()));
		}
		return steps;
	}

	private static List<LawReplica> play(List<Step> steps) {
		List<LawReplica> replicas = NAMES.stream().map(LawReplica::new).toList();
		for (int i = 0; i < steps.size(); i++) {
			Step step = steps.get(i);
			LawReplica actor = replicas.get(step.actor());
			LawReplica other = replicas.get(step.other());
			SplittableRandom random = new SplittableRandom(step.seed());
			switch (step.kind()) {
				case 0, 1 -> actor.randomWrite(random, 3, i);
				case 2 -> other.made.stream()
					.filter((delta) -> delta.first() > actor.state.context().covered(other.id))
					.skip(random.nextInt(2))
					.findFirst()
					.ifPresent(actor::merge);
				default -> {
					if (actor != other) {
						actor.join(other);
					}
				}
			}
		}
		return replicas;
	}

	private static void check(Law law) {
		for (long seed = 0; seed < SEEDS; seed++) {
			List<Step> steps = history(new SplittableRandom(seed));
			if (!law.holds(play(steps))) {
				List<Step> least = shrink(steps, law);
				throw new AssertionError("Seed " + seed + " breaks the law, with " + least + ": " + play(least));
			}
		}
	}

	/* Leaves out ever smaller parts as long as the law stays broken. */
	private static List<Step> shrink(List<Step> steps, Law law) {
		List<Step> least = steps;
		for (int part = steps.size() / 2; part > 0; part /= 2) {
			for (int i = 0; i + part <= least.size();) {
				List<Step> fewer = new ArrayList<>(least);
				fewer.subList(i, i + part).clear();
				if (!law.holds(play(fewer))) {
					least = fewer;
				}
				else {
					i += part;
				}
			}
		}
		return least;
	}

	@Test
	void joinIsCommutative() {
		check((replicas) -> {
			LawReplica ab = replicas.get(0).copy().join(replicas.get(1));
			LawReplica ba = replicas.get(1).copy().join(replicas.get(0));
			return ab.content().equals(ba.content());
		});
	}

	@Test
	void joinIsAssociative() {
		check((replicas) -> {
			LawReplica left = replicas.get(0).copy().join(replicas.get(1)).join(replicas.get(2));
			LawReplica right = replicas.get(0).copy().join(replicas.get(1).copy().join(replicas.get(2)));
			return left.content().equals(right.content());
		});
	}

	@Test
	void joinIsIdempotent() {
		check((replicas) -> {
			LawReplica once = replicas.get(0).copy().join(replicas.get(1));
			LawReplica twice = once.copy().join(replicas.get(1)).join(once);
			return once.content().equals(twice.content());
		});
	}

	@Test
	void deltasAddUpToTheState() {
		check((replicas) -> {
			LawReplica byState = new LawReplica("x");
			replicas.forEach(byState::join);
			LawReplica byDeltas = new LawReplica("x");
			for (int i = replicas.size() - 1; i >= 0; i--) {
				replicas.get(i).made.forEach(byDeltas::merge);
			}
			return byState.content().equals(byDeltas.content());
		});
	}

	@Test
	void deltasThatAreMergedInAnyOrderAndTwiceConverge() {
		check((replicas) -> {
			LawReplica inOrder = new LawReplica("x");
			LawReplica shuffled = new LawReplica("x");
			List<Delta> all = new ArrayList<>();
			replicas.forEach((replica) -> all.addAll(replica.made));
			all.forEach(inOrder::merge);
			List<Delta> mixed = new ArrayList<>(all);
			SplittableRandom random = new SplittableRandom(all.size());
			for (int i = mixed.size() - 1; i > 0; i--) {
				Delta delta = mixed.get(i);
				int other = random.nextInt(i + 1);
				mixed.set(i, mixed.get(other));
				mixed.set(other, delta);
			}
			mixed.forEach(shuffled::merge);
			all.forEach(shuffled::merge);
			return inOrder.content().equals(shuffled.content());
		});
	}

	@Test
	void theDigestIsEqualIfAndOnlyIfTheStateIs() {
		check((replicas) -> {
			for (LawReplica one : replicas) {
				for (LawReplica other : replicas) {
					if (one.content().equals(other.content()) != (one.state.digest() == other.state.digest())) {
						return false;
					}
				}
			}
			return true;
		});
	}

	@Test
	void everyInterleavingOfThreeWritersConverges() {
		List<List<Integer>> orders = new ArrayList<>();
		interleave(new int[] { 2, 2, 2 }, new ArrayList<>(), orders);
		assertThat(orders).hasSize(90);
		for (long seed = 0; seed < 20; seed++) {
			SplittableRandom random = new SplittableRandom(seed);
			List<LawReplica> writers = NAMES.stream().map(LawReplica::new).toList();
			LawReplica base = new LawReplica("base");
			Delta first = base.put("k0", "base", 1);
			writers.forEach((writer) -> {
				writer.merge(first);
				writer.randomWrite(random, 2, 1);
				writer.randomWrite(random, 2, 2);
			});
			Map<String, List<Integer>> outcomes = new TreeMap<>();
			for (List<Integer> order : orders) {
				LawReplica reader = new LawReplica("reader").merge(first);
				int[] next = new int[writers.size()];
				order.forEach((writer) -> reader.merge(writers.get(writer).made.get(next[writer]++)));
				outcomes.put(reader.content(), order);
			}
			assertThat(outcomes).as("seed " + seed).hasSize(1);
		}
	}

	private static void interleave(int[] left, List<Integer> order, List<List<Integer>> orders) {
		boolean done = true;
		for (int i = 0; i < left.length; i++) {
			if (left[i] > 0) {
				done = false;
				left[i]--;
				order.add(i);
				interleave(left, order, orders);
				order.remove(order.size() - 1);
				left[i]++;
			}
		}
		if (done) {
			orders.add(List.copyOf(order));
		}
	}

	@Test
	void aRemovalKeepsAnAddThatItHasNotSeen() {
		LawReplica a = new LawReplica("a");
		LawReplica b = new LawReplica("b").merge(a.put("k", "old", 1));
		Delta concurrent = a.put("k", "new", 2);
		Delta removal = b.remove("k", 3);
		a.merge(removal);
		b.merge(concurrent);
		assertThat(a.values()).isEqualTo(b.values()).containsEntry("k", "new");
	}

	@Test
	void aRemovalThatArrivesBeforeItsAddWins() {
		LawReplica a = new LawReplica("a");
		Delta add = a.put("k", "v", 1);
		LawReplica b = new LawReplica("b").merge(add);
		Delta removal = b.remove("k", 2);
		LawReplica c = new LawReplica("c").merge(removal).merge(add);
		assertThat(c.values()).isEmpty();
		assertThat(c.state.context().singles()).isZero();
	}

	@Test
	void aDotKnownFromItsRemovalStillReplacesWhatItReplaced() {
		LawReplica a = new LawReplica("a");
		Delta first = a.put("k", "1", 1);
		LawReplica b = new LawReplica("b").merge(first);
		Delta second = a.put("k", "2", 2);
		b.merge(second);
		Delta removal = b.remove("k", 3);
		LawReplica c = new LawReplica("c").merge(first).merge(removal).merge(second);
		assertThat(c.values()).isEmpty();
	}

	@Test
	void aWriteReplacesAllItHasSeenWhateverTheStamps() {
		LawReplica a = new LawReplica("a");
		LawReplica b = new LawReplica("b").merge(a.put("k", "late", 100));
		a.merge(b.put("k", "early", 1));
		assertThat(a.values()).isEqualTo(b.values()).containsEntry("k", "early");
	}

	@Test
	void ofConcurrentWritesTheGreatestIsVisibleEverywhere() {
		LawReplica a = new LawReplica("a");
		LawReplica b = new LawReplica("b");
		Delta one = a.put("k", "one", 5);
		Delta two = b.put("k", "two", 6);
		a.merge(two);
		b.merge(one);
		assertThat(a.values()).isEqualTo(b.values()).containsEntry("k", "two");
		assertThat(a.seen("k")).hasSize(2);
	}

	/**
	 * What must be true of replicas after any history.
	 */
	@FunctionalInterface
	private interface Law {

		boolean holds(List<LawReplica> replicas);

	}

}
