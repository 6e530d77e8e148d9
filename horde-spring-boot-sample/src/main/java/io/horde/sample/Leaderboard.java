package io.horde.sample;

import java.util.concurrent.atomic.AtomicLong;

import io.horde.process.HordeProcess;
import io.horde.process.ProcessContext;

import org.springframework.scheduling.annotation.Scheduled;

/**
 * One in the cluster: it ticks on whichever node runs it.
 */
@HordeProcess
class Leaderboard implements LeaderboardApi {

	private final ProcessContext context;

	private final AtomicLong ticks = new AtomicLong();

	Leaderboard(ProcessContext context) {
		this.context = context;
	}

	@Scheduled(fixedRate = 200)
	void tick() {
		if (this.context.isOwner()) {
			this.ticks.incrementAndGet();
		}
	}

	@Override
	public LeaderboardView view() {
		return new LeaderboardView(this.context.node(), this.ticks.get(), this.context.fencingToken());
	}

}
