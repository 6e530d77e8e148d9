package io.horde.cluster.quorum;

import java.util.Arrays;

import io.horde.cluster.quorum.ModelBudget.Event;
import org.jspecify.annotations.Nullable;

/**
 * What may happen next in a {@link ModelWorld}. A move is a number.
 */
final class ModelMoves {

	/*
	 * A point in time is made of rounds. First the nodes act, one after the other; then
	 * what asks arrives, node by node and at each node in all orders that can make a
	 * difference; then answers do. Deliveries to different nodes change different things,
	 * so that their order doesn't matter. What was sent meanwhile arrives in another
	 * round, and when nothing is left, time goes on. With ACT in the budget, nodes also
	 * act between rounds. A late frame arrives whenever it likes to.
	 */

	private static final int PASS = 0;

	private static final int TOGGLE_AND_PASS = 1;

	private static final int ROUND = 2;

	private static final int CLAIM = 100;

	private static final int RELEASE = 200;

	private static final int RESTART = 300;

	private static final int FORGET = 400;

	private static final int DELIVER = 1000;

	private static final int LATE = 2000;

	private static final int LOSE = 3000;

	private static final int PHASES = 2 * ModelWorld.NODES;

	private final ModelBudget budget;

	private final int[] claimants;

	/** Whether nodes act not only before anything arrives. */
	private final boolean any;

	private final int[] moves = new int[200];

	private int count;

	ModelMoves(ModelBudget budget, String claimants) {
		this.budget = budget;
		this.claimants = Arrays.stream(claimants.split(" ")).mapToInt((name) -> name.charAt(1) - '1').toArray();
		this.any = budget.knows(Event.ACT);
	}

	/**
	 * Return what may happen.
	 * @param used what was used of the budget
	 * @param free whether only what costs nothing
	 */
	int[] of(ModelWorld world, int used, boolean free) {
		this.count = 0;
		boolean loses = !free && this.budget.has(used, Event.LOSS);
		boolean delays = !free && this.budget.has(used, Event.LATE);
		boolean ordered = world.phase > 0 && ModelOrder.isFree(world);
		long heads = 0;
		for (int at = 0; at < world.frames.length; at++) {
			ModelFrame frame = world.frames[at];
			if (frame.late()) {
				if (world.phase == 0 || world.phase == frame.phase()) {
					add(DELIVER + at);
				}
			}
			else if (world.phase == frame.phase() && (heads & 1L << frame.sender()) == 0 && (heads == 0 || !ordered)) {
				heads |= 1L << frame.sender();
				add(DELIVER + at);
				if (loses) {
					add(LOSE + at);
				}
				if (delays) {
					add(LATE + at);
				}
			}
		}
		if (world.phase == 0) {
			act(world, used, free);
		}
		return Arrays.copyOf(this.moves, this.count);
	}

	private void act(ModelWorld world, int used, boolean free) {
		boolean due = world.isDue();
		if (due) {
			add(ROUND);
		}
		else {
			add(PASS);
			if (world.cut || !free && this.budget.has(used, Event.CUT)) {
				add(TOGGLE_AND_PASS);
			}
		}
		if (free || world.begun && !this.any) {
			return;
		}
		boolean acts = this.budget.has(used, Event.ACT);
		boolean claims = acts || this.budget.has(used, Event.CLAIM);
		for (int i : this.claimants) {
			for (int child = 0; child < ModelWorld.CHILDREN.size(); child++) {
				boolean wants = world.node(i).wants[child] != 0;
				if (wants ? acts : claims) {
					add((wants ? RELEASE : CLAIM) + i * 10 + child);
				}
			}
		}
		if (this.budget.has(used, Event.CHANGE) && !world.forgotten) {
			add(FORGET);
		}
		if (this.budget.has(used, Event.RESTART)) {
			for (int i = 0; i < ModelWorld.NODES; i++) {
				if (newest(world).seats().contains(world.node(i).id.node())) {
					add(RESTART + i);
				}
			}
		}
	}

	/* Without gossip a node that has no seat would never hear of the configuration. */
	private static SeatConfiguration newest(ModelWorld world) {
		SeatConfiguration newest = SeatConfiguration.NONE;
		for (int i = 0; i < ModelWorld.NODES; i++) {
			SeatConfiguration configuration = world.node(i).core.configuration();
			newest = configuration.isNewerThan(newest) ? configuration : newest;
		}
		return newest;
	}

	private void add(int move) {
		this.moves[this.count++] = move;
	}

	int use(ModelWorld world, int used, int move) {
		if (move >= LATE) {
			return this.budget.use(used, (move >= LOSE) ? Event.LOSS : Event.LATE);
		}
		if (move >= CLAIM && move < RESTART) {
			boolean claims = move < RELEASE && this.budget.has(used, Event.CLAIM);
			return this.budget.use(used, claims ? Event.CLAIM : Event.ACT);
		}
		if (move >= RESTART && move < DELIVER) {
			return this.budget.use(used, (move >= FORGET) ? Event.CHANGE : Event.RESTART);
		}
		return (move == TOGGLE_AND_PASS && !world.cut) ? this.budget.use(used, Event.CUT) : used;
	}

	/**
	 * Return what becomes of a world.
	 */
	ModelWorld apply(ModelWorld before, int move) {
		ModelWorld world = new ModelWorld(before);
		if (move >= LOSE) {
			world.lose(move - LOSE);
		}
		else if (move >= LATE) {
			world.delay(move - LATE);
		}
		else if (move >= DELIVER) {
			world.deliver(move - DELIVER);
		}
		else if (move == FORGET) {
			world.forget();
		}
		else if (move >= RESTART) {
			world.restart(move - RESTART);
		}
		else if (move >= RELEASE) {
			world.release((move - RELEASE) / 10, move % 10);
		}
		else if (move >= CLAIM) {
			world.claim((move - CLAIM) / 10, move % 10);
		}
		else if (move == ROUND) {
			world.phase = 1;
			world.begun = true;
		}
		else {
			world.cut ^= move == TOGGLE_AND_PASS;
			world.tick();
		}
		world.dropStale();
		skip(world);
		world.seal();
		return world;
	}

	/* To the next phase in which something arrives. */
	private static void skip(ModelWorld world) {
		if (world.phase > 0) {
			int phase = PHASES + 1;
			for (ModelFrame frame : world.frames) {
				if (!frame.late() && frame.phase() >= world.phase) {
					phase = Math.min(phase, frame.phase());
				}
			}
			world.phase = (phase <= PHASES) ? phase : 0;
			world.settled = phase > PHASES;
		}
	}

	/**
	 * Tell what a move is.
	 */
	static @Nullable String name(ModelWorld world, int move) {
		if (move >= LOSE) {
			return "is lost " + world.frames[move - LOSE];
		}
		if (move >= LATE) {
			return "is late " + world.frames[move - LATE];
		}
		if (move >= DELIVER) {
			return "arrives " + world.frames[move - DELIVER];
		}
		if (move == FORGET) {
			return "n3 is forgotten";
		}
		if (move >= RESTART) {
			return world.node(move - RESTART).id.node() + " is started anew";
		}
		if (move >= CLAIM) {
			String verb = (move >= RELEASE) ? " releases " : " claims ";
			return world.node(move % 100 / 10).id.node() + verb + ModelWorld.CHILDREN.get(move % 10);
		}
		if (move == TOGGLE_AND_PASS) {
			return world.cut ? "n3 is reached again, time passes" : "n3 is cut off, time passes";
		}
		return (move == PASS) ? "time passes" : null;
	}

}
