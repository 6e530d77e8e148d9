package io.horde.cluster.membership;

import java.time.Duration;
import java.util.function.Consumer;

import io.horde.time.EventLoop;

/**
 * How far the boot of this node has come (M6).
 */
final class Boot {

	private final EventLoop loop;

	private final MembershipSettings settings;

	private final Dialling dialling;

	private final Consumer<Consumer<MembershipListener>> tell;

	private final MemberRules rules;

	private volatile boolean settled;

	private volatile boolean booted;

	private long startedAt;

	Boot(EventLoop loop, MembershipSettings settings, Dialling dialling, Consumer<Consumer<MembershipListener>> tell,
			MemberRules rules) {
		this.loop = loop;
		this.settings = settings;
		this.dialling = dialling;
		this.tell = tell;
		this.rules = rules;
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
		BootGate.Facts facts = this.dialling.facts(Duration.ofNanos(this.loop.nanoTime() - this.startedAt));
		boolean waits = this.rules.keeps(MemberRule.M6);
		if (!this.settled && (!waits || BootGate.settled(facts, this.settings))) {
			this.settled = true;
			this.tell.accept(MembershipListener::settled);
		}
		if (!this.booted && (waits ? BootGate.booted(this.settled, facts, this.settings) : facts.selfUp())) {
			this.booted = true;
			this.tell.accept(MembershipListener::booted);
		}
	}

}
