package io.horde.cluster.quorum;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Tries every way in which a {@link ModelWorld} can go on, for any length of time, within
 * a budget of claims, losses, restarts and changes.
 */
final class QuorumExploration {

	/*
	 * Worlds are found in the order of how much of the budget was used, so that a world
	 * which had been met with more left needs not be tried again with less. What has used
	 * less is run through once more in each pass instead of being kept in memory.
	 */

	private static final int PATIENCE = 60;

	private final ModelBudget budget;

	private final ModelMoves moves;

	private final ModelWorld root;

	private final ModelCode code;

	private final ModelTable table;

	private final ModelSet owned = new ModelSet();

	private final long limit;

	private final Deque<Step> path = new ArrayDeque<>();

	private final List<String> report = new ArrayList<>();

	private long steps;

	private @Nullable String found;

	/**
	 * Creates an exploration.
	 * @param budget how often what may happen
	 * @param claimants who claims: {@code "n1 n3"}
	 * @param root where it begins
	 * @param limit after how many worlds it gives up
	 */
	QuorumExploration(ModelBudget budget, String claimants, ModelWorld root, long limit) {
		this.budget = budget;
		this.moves = new ModelMoves(budget, claimants);
		this.root = root;
		this.code = new ModelCode(root);
		this.table = new ModelTable();
		this.limit = limit;
	}

	/**
	 * Explore.
	 * @return the first violation and how it came about, or {@code null}
	 */
	@Nullable String explore() {
		for (int total = 0; total <= this.budget.total() && this.found == null && isComplete(); total++) {
			long before = this.table.size();
			long steps = this.steps;
			this.table.again();
			explore(total);
			this.report.add((this.table.size() - before) + " new worlds in " + (this.steps - steps) + " steps");
		}
		return this.found;
	}

	private void explore(int total) {
		visit(this.root, 0, total);
		while (!this.path.isEmpty() && this.found == null && isComplete()) {
			Step step = this.path.getLast();
			if (step.next == step.moves.length) {
				this.path.removeLast();
				continue;
			}
			int move = step.moves[step.next++];
			this.steps++;
			visit(this.moves.apply(step.world, move), this.moves.use(step.world, step.used, move), total);
		}
		this.path.clear();
	}

	private void visit(ModelWorld next, int used, int total) {
		ModelWorld world = next;
		boolean free = this.budget.total(used) >= total;
		int[] moves = this.moves.of(world, used, free);
		while (world.violation() == null && world.phase > 0 && moves.length == 1) {
			world = this.moves.apply(world, moves[0]);
			moves = this.moves.of(world, used, free);
			this.steps++;
		}
		String violation = world.violation();
		if (violation != null) {
			this.found = violation + " after" + trace();
			return;
		}
		ModelTable.Seen seen = this.table.see(this.code.of(world), used, this.budget.dominators(used));
		@Nullable String unfair = (seen == ModelTable.Seen.NEVER && world.phase == 0 && world.settled) ? fair(world) : null;
		if (unfair != null) {
			this.found = unfair + " in the fair time after" + trace();
			return;
		}
		if (seen != ModelTable.Seen.BEFORE) {
			this.path.addLast(new Step(world, used, moves));
		}
	}

	/*
	 * From here on nothing goes wrong, and whoever finds a child without an owner claims
	 * it: at last each child has one.
	 */
	private @Nullable String fair(ModelWorld start) {
		ModelWorld world = new ModelWorld(start);
		world.cut = false;
		world.gossip = ModelWorld.Gossip.IGNORANT;
		List<Long> met = new ArrayList<>();
		for (int i = 0; i < PATIENCE; i++) {
			world.deliverAll();
			long code = this.code.of(world);
			met.add(code);
			if (this.owned.contains(code) || isOwned(world)) {
				met.forEach(this.owned::add);
				return world.violation();
			}
			for (int child = 0; child < ModelWorld.CHILDREN.size(); child++) {
				if (isUnclaimed(world, child)) {
					world.claim((int) Long.remainderUnsigned(code, ModelWorld.NODES), child);
				}
			}
			world.deliverAll();
			world.tick();
			if (world.violation() != null) {
				return world.violation();
			}
		}
		return "a child has no owner for good";
	}

	private static boolean isOwned(ModelWorld world) {
		for (int child = 0; child < ModelWorld.CHILDREN.size(); child++) {
			if (world.owners(child) == 0) {
				return false;
			}
		}
		return true;
	}

	private static boolean isUnclaimed(ModelWorld world, int child) {
		for (int i = 0; i < ModelWorld.NODES; i++) {
			if (world.node(i).wants[child] != 0) {
				return false;
			}
		}
		return true;
	}

	/* What had no choice is left out. */
	private String trace() {
		StringBuilder text = new StringBuilder();
		for (Step step : this.path) {
			String name = ModelMoves.name(step.world, step.moves[step.next - 1]);
			if (name != null) {
				text.append("\n  ").append(step.world.time / ModelWorld.MILLI).append(' ').append(name);
			}
		}
		return text.toString();
	}

	long worlds() {
		return this.table.size();
	}

	boolean isComplete() {
		return this.table.size() < this.limit;
	}

	@Override
	public String toString() {
		return this.table.size() + " worlds, " + this.steps + " steps; with each use of the budget " + this.report;
	}

	/**
	 * A world on the path that is being tried.
	 */
	private static final class Step {

		private final ModelWorld world;

		private final int used;

		private final int[] moves;

		private int next;

		Step(ModelWorld world, int used, int[] moves) {
			this.world = world;
			this.used = used;
			this.moves = moves;
		}

	}

}
