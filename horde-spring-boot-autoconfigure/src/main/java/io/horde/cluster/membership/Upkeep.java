package io.horde.cluster.membership;

/**
 * What a node does again and again, and after everything that happens, to keep its links
 * and its view of the members up to date.
 */
final class Upkeep {

	private final Members members;

	private final Topologies topologies;

	private final Detector detector;

	private final Dialling dialling;

	private final BootGate boot;

	private long checkedAt = -1;

	private boolean stopped;

	Upkeep(Members members, Topologies topologies, Detector detector, Dialling dialling, BootGate boot) {
		this.members = members;
		this.topologies = topologies;
		this.detector = detector;
		this.dialling = dialling;
		this.boot = boot;
	}

	void stop() {
		this.stopped = true;
	}

	void tick() {
		this.checkedAt = -1;
		if (this.topologies.refresh()) {
			this.dialling.refresh();
		}
		this.detector.tick();
		this.topologies.evaluate();
	}

	void heartbeat() {
		this.topologies.spare().forEach(this.dialling::part);
		this.dialling.tick();
	}

	/*
	 * Of many small changes, as there are among many members, one is made.
	 */
	void after() {
		if (!this.topologies.passOnSoon(this::passedOn)) {
			settle();
		}
	}

	private void passedOn() {
		if (!this.stopped) {
			settle();
			this.topologies.passOnSoon(this::passedOn);
		}
	}

	private void settle() {
		this.members.publish();
		if (!this.stopped && this.topologies.now().isBootChecked(this.checkedAt)) {
			this.checkedAt = this.members.generation();
			this.boot.check();
			this.members.publish();
		}
	}

}
