package io.horde.cluster.membership;

import java.time.Duration;

import io.horde.time.EventLoop;

/**
 * Decides when a starting node knows enough of the others (M6), and remembers how far its
 * boot has come.
 */
final class BootGate {

	private final EventLoop loop;

	private final MembershipSettings settings;

	private final Dialling dialling;

	private final MembershipEvents events;

	private volatile boolean settled;

	private volatile boolean booted;

	private long startedAt;

	BootGate(EventLoop loop, MembershipSettings settings, Dialling dialling, MembershipEvents events) {
		this.loop = loop;
		this.settings = settings;
		this.dialling = dialling;
		this.events = events;
	}

	void started() {
		this.startedAt = this.loop.nanoTime();
	}

	boolean isSettled() {
		return this.settled;
	}

	boolean isBooted() {
		return this.booted;
	}

	void check() {
		if (this.booted) {
			return;
		}
		Facts facts = this.dialling.facts(Duration.ofNanos(this.loop.nanoTime() - this.startedAt));
		if (!this.settled && settled(facts, this.settings)) {
			this.settled = true;
			this.events.tell(MembershipListener::settled);
		}
		if (!this.booted && booted(this.settled, facts, this.settings)) {
			this.booted = true;
			this.events.tell(MembershipListener::booted);
		}
	}

	/**
	 * Tell whether a node that is alone may go {@code UP}.
	 * @param facts what is known
	 * @param settings the settings
	 * @return whether it may
	 */
	static boolean settled(Facts facts, MembershipSettings settings) {
		if (facts.incompatible() > 0 && facts.members() == 1) {
			return false;
		}
		if (facts.sinceStart().compareTo(settings.joinTimeout()) >= 0) {
			return true;
		}
		if (settings.expectedSize() > 0) {
			return facts.members() >= settings.expectedSize();
		}
		return facts.answered() && facts.untried() == 0 && facts.introducing() == 0 && facts.foreign() == 0;
	}

	/**
	 * Tell whether static children may start.
	 * @param settled whether the node is settled
	 * @param facts what is known
	 * @param settings the settings
	 * @return whether they may
	 */
	static boolean booted(boolean settled, Facts facts, MembershipSettings settings) {
		if (!settled || !facts.selfUp()) {
			return false;
		}
		if (facts.sinceStart().compareTo(settings.joinTimeout()) >= 0) {
			return true;
		}
		return (settings.expectedSize() > 0) ? facts.up() >= settings.expectedSize() : facts.joining() == 0;
	}

	/**
	 * What is known.
	 *
	 * @param sinceStart the time since the start
	 * @param answered whether a discovery round has listed somebody
	 * @param untried how many addresses have neither been reached nor failed
	 * @param introducing how many linked members have not yet told whom they know
	 * @param foreign at how many addresses somebody else listens
	 * @param incompatible how many peers refuse the protocol
	 * @param members how many members are living, this node included
	 * @param up how many members are {@code UP}, this node included if it is
	 * @param joining how many linked members are {@code JOINING}
	 * @param selfUp whether this node is {@code UP}
	 */
	record Facts(Duration sinceStart, boolean answered, int untried, int introducing, int foreign, int incompatible,
			int members, int up, int joining, boolean selfUp) {

	}

}
