package io.horde.cluster.quorum;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * Tries every way in which a {@link QuorumWorld} can go on, within a budget of claims,
 * losses, restarts and changes of the configuration.
 */
final class QuorumModel {

	/*
	 * All orders of deliveries, losses and heartbeats are tried that the budget allows,
	 * on links that keep order, at points in time that are half a lease apart. Reduced
	 * are: heartbeats of nodes that hold nothing, claim nothing and were not restarted
	 * (they carry no news); a link has at most three frames under way, then one of them
	 * must arrive or get lost; the clocks agree. Two worlds that look the same are tried
	 * once.
	 */

	private static final int LINK = 3;

	private static final List<String> NAMES = List.of("n1", "n2", "n3", "n4");

	final Budget budget;

	private final HashTable seen;

	private final long limit;

	private long worlds;

	private long fairRuns;

	private @Nullable String found;

	QuorumModel(Budget budget, long limit) {
		this.budget = budget;
		this.limit = limit;
		this.seen = new HashTable();
	}

	/**
	 * Explore.
	 * @return the first violation and how it came about, or {@code null}
	 */
	@Nullable String explore() {
		explore(QuorumWorld.founded(this.budget.lease(), this.budget.fixed()), this.budget, new Trace(null, ""));
		return this.found;
	}

	long worlds() {
		return this.worlds;
	}

	long fairRuns() {
		return this.fairRuns;
	}

	boolean isComplete() {
		return this.worlds < this.limit;
	}

	private void explore(QuorumWorld world, Budget left, Trace trace) {
		if (this.found != null || this.worlds >= this.limit || !this.seen.add(hash(WorldText.of(world) + left))) {
			return;
		}
		this.worlds++;
		String violation = world.violation(this.budget.children());
		if (violation != null) {
			this.found = violation + " after" + trace;
			return;
		}
		List<Way> ways = ways(world, left);
		if (ways.isEmpty()) {
			fair(world, trace);
		}
		for (Way way : ways) {
			QuorumWorld next = new QuorumWorld(world);
			if (way.step.apply(next)) {
				explore(next, way.left, new Trace(trace, world.time / QuorumWorld.MILLI + " " + way.name));
			}
		}
	}

	private List<Way> ways(QuorumWorld world, Budget left) {
		List<Way> ways = new ArrayList<>();
		int nodes = NAMES.size();
		if (world.phase == 0) {
			act(world, left, ways);
			ways.add(new Way("", left, QuorumModel::nextPhase));
		}
		else if (world.phase <= 2 * nodes) {
			String name = NAMES.get((world.phase - 1) % nodes);
			arrive(world, left, ((world.phase <= nodes) ? "?" : "!") + name + "<", name.equals(world.paused), ways);
		}
		else if (left.has(Event.STEP) && world.wire.values().stream().noneMatch((frames) -> frames.size() >= LINK)) {
			Budget later = left.minus(Event.STEP, 1);
			ways.add(new Way("time passes", later, (next) -> pass(next, "")));
			if (left.has(Event.PAUSE)) {
				for (String name : this.budget.claimants()) {
					ways.add(new Way("time passes, " + name + " stands still", later.minus(Event.PAUSE, 1),
							(next) -> pass(next, name)));
				}
			}
		}
		return ways;
	}

	private static void arrive(QuorumWorld world, Budget left, String prefix, boolean paused, List<Way> ways) {
		int late = 0;
		for (String link : world.wire.keySet()) {
			if (link.startsWith(prefix) && !paused) {
				late += world.wire.get(link).size();
				ways.add(new Way("arrives " + link, left, (next) -> next.deliver(link)));
				if (left.has(Event.LOSS)) {
					ways.add(new Way("is lost " + link, left.minus(Event.LOSS, 1), (next) -> {
						next.lose(link);
						return true;
					}));
				}
			}
		}
		Budget waited = left.minus(Event.DELAY, late);
		if (late == 0 || !waited.isOverdrawn()) {
			ways.add(new Way((late > 0) ? late + " late " + prefix : "", waited, QuorumModel::nextPhase));
		}
	}

	private static boolean nextPhase(QuorumWorld world) {
		world.phase++;
		return true;
	}

	private static boolean pass(QuorumWorld world, String paused) {
		world.phase = 0;
		world.paused = paused;
		world.advance(false);
		return true;
	}

	private void act(QuorumWorld world, Budget left, List<Way> ways) {
		for (String child : this.budget.children()) {
			for (String name : this.budget.claimants()) {
				if (left.has(Event.CLAIM) && !name.equals(world.paused)) {
					ways.add(new Way(name + " claims " + child, left.minus(Event.CLAIM, 1),
							(next) -> next.claim(name, child)));
				}
				if (left.has(Event.RELEASE) && !name.equals(world.paused)) {
					ways.add(new Way(name + " releases " + child, left.minus(Event.RELEASE, 1),
							(next) -> next.release(name, child)));
				}
			}
		}
		if (left.has(Event.RESTART)) {
			for (String name : List.of("n2", "n3")) {
				ways.add(new Way(name + " is started anew", left.minus(Event.RESTART, 1),
						(next) -> restart(next, name)));
			}
		}
		if (left.has(Event.CHANGE)) {
			ways.add(new Way("n3 is forgotten", left.minus(Event.CHANGE, 1), QuorumModel::forget));
		}
		if (left.has(Event.CUT)) {
			for (String pair : List.of("n1-n2", "n1-n3", "n2-n3")) {
				ways.add(new Way(pair + " is cut", left.minus(Event.CUT, 1), (next) -> {
					next.cut = new TreeSet<>(List.of(pair.split("-")));
					return true;
				}));
			}
		}
	}

	private static boolean restart(QuorumWorld world, String name) {
		world.start(name, 2);
		world.nodes.get(name).restarted = true;
		world.nodes.get(name).everything = false;
		world.nodes.get(name).core.tick(world.now());
		return true;
	}

	private static boolean forget(QuorumWorld world) {
		world.forgotten = new TreeSet<>(List.of("n3"));
		world.introduce();
		return true;
	}

	/*
	 * From here on nothing goes wrong, and whoever finds a child without an owner claims
	 * it: at last each child has one.
	 */
	private void fair(QuorumWorld end, Trace trace) {
		this.fairRuns++;
		QuorumWorld world = new QuorumWorld(end);
		world.cut = Set.of();
		world.paused = "";
		SplittableRandom random = new SplittableRandom(world.time);
		for (int i = 0; i < 60; i++) {
			world.deliverAll();
			world.advance(true);
			boolean owned = true;
			for (String child : this.budget.children()) {
				if (world.owners(child).isEmpty()) {
					owned = false;
					List<String> names = this.budget.claimants();
					world.claim(names.get(random.nextInt(names.size())), child);
				}
			}
			String violation = world.violation(this.budget.children());
			if (violation != null) {
				this.found = violation + ", in the fair time after" + trace;
				return;
			}
			if (owned) {
				return;
			}
		}
		this.found = "a child has no owner for good after" + trace;
	}

	private static long hash(String text) {
		long hash = 0xcbf29ce484222325L;
		for (int i = 0; i < text.length(); i++) {
			hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
			hash ^= hash >>> 32;
		}
		return hash;
	}

	private record Trace(@Nullable Trace before, String what) {

		@Override
		public String toString() {
			String before = (this.before != null) ? this.before.toString() : "";
			return this.what.isBlank() || this.what.endsWith(" ") ? before : before + "\n  " + this.what;
		}

	}

	private interface Step {

		boolean apply(QuorumWorld world);

	}

	private record Way(String name, Budget left, Step step) {

	}

	/**
	 * What can happen.
	 */
	enum Event {

		/** Time passes, half a lease or less. */
		STEP,

		/** A node claims a child. */
		CLAIM,

		/** An owner releases a child. */
		RELEASE,

		/** A frame is lost. */
		LOSS,

		/** A frame arrives one step later. */
		DELAY,

		/** A node stands still for a step. */
		PAUSE,

		/** Two nodes can't reach each other any more. */
		CUT,

		/** A node is started anew. */
		RESTART,

		/** A living node's seat is given to another one. */
		CHANGE

	}

	/**
	 * How much of that may still happen.
	 *
	 * @param lease how many steps a lease lasts
	 * @param fixed whether the voters are named by property
	 * @param counts how often each event may happen
	 * @param claimants who claims
	 * @param children what is claimed
	 */
	record Budget(int lease, boolean fixed, List<Integer> counts, List<String> claimants, TreeSet<String> children) {

		/**
		 * Read a budget: {@code "STEP 5 CLAIM 2 LOSS 1"}.
		 */
		static Budget of(int lease, String text) {
			Integer[] counts = new Integer[Event.values().length];
			Arrays.fill(counts, 0);
			String[] words = text.split(" ");
			for (int i = 0; i < words.length; i += 2) {
				counts[Event.valueOf(words[i]).ordinal()] = Integer.valueOf(words[i + 1]);
			}
			return new Budget(lease, false, List.of(counts), List.of("n1", "n2"), new TreeSet<>(List.of("c1")));
		}

		Budget children(String... names) {
			return new Budget(this.lease, this.fixed, this.counts, this.claimants, new TreeSet<>(List.of(names)));
		}

		Budget claimants(String... names) {
			return new Budget(this.lease, this.fixed, this.counts, List.of(names), this.children);
		}

		Budget withFixedVoters() {
			return new Budget(this.lease, true, this.counts, this.claimants, this.children);
		}

		boolean has(Event event) {
			return this.counts.get(event.ordinal()) > 0;
		}

		boolean isOverdrawn() {
			return this.counts.stream().anyMatch((count) -> count < 0);
		}

		Budget minus(Event event, int times) {
			List<Integer> counts = new ArrayList<>(this.counts);
			counts.set(event.ordinal(), counts.get(event.ordinal()) - times);
			return new Budget(this.lease, this.fixed, counts, this.claimants, this.children);
		}

		@Override
		public String toString() {
			return this.counts.toString();
		}

	}

	/**
	 * A set of hashes that stays small.
	 */
	private static final class HashTable {

		private long[] slots = new long[1 << 16];

		private int size;

		boolean add(long hash) {
			long value = (hash != 0) ? hash : 1;
			if (this.size * 2 > this.slots.length) {
				long[] old = this.slots;
				this.slots = new long[old.length * 2];
				this.size = 0;
				for (long each : old) {
					if (each != 0) {
						put(each);
					}
				}
			}
			return put(value);
		}

		private boolean put(long value) {
			int mask = this.slots.length - 1;
			int index = (int) (value ^ (value >>> 32)) & mask;
			while (this.slots[index] != 0) {
				if (this.slots[index] == value) {
					return false;
				}
				index = (index + 1) & mask;
			}
			this.slots[index] = value;
			this.size++;
			return true;
		}

	}

}
