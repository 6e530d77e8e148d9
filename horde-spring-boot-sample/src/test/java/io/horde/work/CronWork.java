package io.horde.work;

import org.springframework.scheduling.annotation.Scheduled;

/**
 * Works every two seconds by the wall clock.
 */
class CronWork {

	private final Work work;

	CronWork(Work work) {
		this.work = work;
	}

	@Scheduled(cron = "*/2 * * * * *")
	void tick() {
		this.work.perform();
	}

}
