package io.horde.supervisor.engine;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

import io.horde.cluster.Member;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MemberState;
import io.horde.cluster.membership.MembershipView;
import io.horde.crdt.ReplicaId;
import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.ProcessRuntime;
import io.horde.supervisor.Redistribution;
import io.horde.supervisor.ownership.ChildFacts.Here;
import io.horde.supervisor.ownership.Placer;
import io.horde.supervisor.ownership.Wanted;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves this node's children to where they belong, when the settings say so and the view
 * has been stable for a while (O6).
 */
final class Redistributor implements Redistribution {

	private static final Logger logger = LoggerFactory.getLogger(Redistributor.class);

	private final Commons commons;

	private final LocalChildren locals;

	private final HandOverSender handOver;

	private final ProcessRuntime runtime;

	private final Deque<String> queue = new ArrayDeque<>();

	private Map<ReplicaId, Integer> living = Map.of();

	private EventLoop.@Nullable Timer timer;

	private volatile boolean paused;

	private boolean due;

	Redistributor(Commons commons, LocalChildren locals, HandOverSender handOver, ProcessRuntime runtime) {
		this.commons = commons;
		this.locals = locals;
		this.handOver = handOver;
		this.runtime = runtime;
	}

	void viewChanged(MembershipView view) {
		if (!this.commons.settings().activeRedistribution()) {
			return;
		}
		Map<ReplicaId, Integer> living = new TreeMap<>();
		for (MemberState member : view.members()) {
			if (member.status() == MemberStatus.UP) {
				living.put(member.id(), member.weight());
			}
		}
		if (living.equals(this.living)) {
			return;
		}
		this.living = living;
		this.queue.clear();
		if (this.timer != null) {
			this.timer.cancel();
		}
		this.timer = this.commons.loop().schedule(settleTime(), this::settled);
	}

	/**
	 * Return how long the view has to be stable before anything moves.
	 */
	private Duration settleTime() {
		return this.commons.settings().settleTime();
	}

	private void settled() {
		this.due = true;
		begin();
	}

	/* Each child is looked at once per change of the view, whatever becomes of it. */
	private void begin() {
		if (!this.due || this.paused) {
			return;
		}
		this.due = false;
		for (LocalChild child : this.locals.all()) {
			if (child.here() == Here.RUNNING && child.adoptedInView() != this.commons.ledger().view().version()) {
				this.queue.add(child.id());
			}
		}
		if (!this.queue.isEmpty()) {
			next();
		}
	}

	private void next() {
		Map<LocalChild, MemberState> targets = new LinkedHashMap<>();
		while (!this.paused && !this.queue.isEmpty()
				&& this.handOver.underWay() + targets.size() < this.commons.settings().maxConcurrentMoves()) {
			String id = this.queue.remove();
			LocalChild child = this.locals.get(id);
			if (child == null || child.here() != Here.RUNNING) {
				continue;
			}
			Placer.Choice choice = this.commons.placer().choose(child.wanted(), () -> {
				this.queue.add(id);
				next();
			});
			MemberState target = this.commons.ledger().livingElsewhere(choice.member());
			if (target != null) {
				targets.put(child, target);
			}
		}
		if (!targets.isEmpty()) {
			logger.info("{} moves {} children to where they belong; {} are left to look at",
					this.commons.ledger().node(), targets.size(), this.queue.size());
			this.handOver.move(targets, HandOverSender.voluntarily(),
					(id, node, failure) -> this.commons.loop().execute(this::next));
		}
	}

	@Override
	public void pause() {
		this.paused = true;
	}

	@Override
	public void resume() {
		this.paused = false;
		this.commons.loop().execute(() -> {
			begin();
			next();
		});
	}

	@Override
	public boolean isPaused() {
		return this.paused;
	}

	@Override
	public Map<String, String> preview() {
		Map<String, String> preview = new TreeMap<>();
		for (LocalProcess process : this.runtime.processes()) {
			Wanted wanted = this.commons.ledger().wanted(process.id());
			if (wanted == null || !process.isOpen()) {
				continue;
			}
			Member member = this.commons.placer().chooseNow(wanted).member();
			if (member != null && !member.self()) {
				preview.put(process.id(), member.name());
			}
		}
		return preview;
	}

}
