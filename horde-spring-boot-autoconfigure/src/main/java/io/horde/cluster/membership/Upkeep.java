package io.horde.cluster.membership;

/**
 * What a node does again and again, and after everything that happens, to keep its links
 * and its view of the members up to date.
 */
final class Upkeep {

	private final Members members;

	private final Neighbourhood neighbourhood;

	private final Detector detector;

	private final Reports reports;

	private final GossipQueue rumours;

	private final Dialling dialling;

	private final BootGate boot;

	private long checkedAt = -1;

	private boolean stopped;

	Upkeep(Members members, Neighbourhood neighbourhood, Detector detector, Reports reports, GossipQueue rumours,
			Dialling dialling, BootGate boot) {
		this.members = members;
		this.neighbourhood = neighbourhood;
		this.detector = detector;
		this.reports = reports;
		this.rumours = rumours;
		this.dialling = dialling;
		this.boot = boot;
	}

	void stop() {
		this.stopped = true;
	}

	void tick() {
		this.checkedAt = -1;
		if (this.neighbourhood.refresh()) {
			this.dialling.refresh();
		}
		this.detector.tick();
		this.reports.evaluate();
	}

	void heartbeat() {
		this.neighbourhood.spare().forEach(this.dialling::part);
		this.dialling.tick();
	}

	/*
	 * Of many small changes, as there are among many members, one is made.
	 */
	void after() {
		this.rumours.passOnSoon(this::passedOn);
		if (!this.rumours.isWaiting()) {
			settle();
		}
	}

	private void passedOn() {
		if (!this.stopped) {
			settle();
			this.rumours.passOnSoon(this::passedOn);
		}
	}

	private void settle() {
		this.members.publish();
		if (!this.stopped && (!this.neighbourhood.isSparse() || this.checkedAt != this.members.generation())) {
			this.checkedAt = this.members.generation();
			this.boot.check();
			this.members.publish();
		}
	}

}
