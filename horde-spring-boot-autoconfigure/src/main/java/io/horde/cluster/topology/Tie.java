package io.horde.cluster.topology;

import java.util.LinkedHashSet;
import java.util.Set;

import io.horde.cluster.membership.Peer;
import io.horde.cluster.protocol.ClusterMessage.LinkUse;

/**
 * What ties this node to another one by the overlays.
 */
final class Tie {

	private boolean neighbour;

	private boolean watched;

	private boolean partner;

	/** What the other end uses the link for, by its last heartbeat. */
	private LinkUse use = LinkUse.PLAIN;

	/** Since when neither end needs the link. */
	private long spareSince = Peer.NEVER;

	private long lastDigests;

	/**
	 * For how many heartbeats running nothing has changed here and there, and yet
	 * differs.
	 */
	private int stuck;

	/** Names of the members whose records have changed since it was told of them. */
	private final Set<String> records = new LinkedHashSet<>();

	/** Names of the members whose reports have changed since it was told of them. */
	private final Set<String> reports = new LinkedHashSet<>();

	/** The version of this node's own report that was last sent on this link. */
	private long reportSent;

	Tie(boolean close) {
		this.neighbour = close;
		this.watched = close;
		this.partner = close;
	}

	/** Returns whether that is a change. */
	boolean mark(boolean watched, boolean neighbour, boolean partner) {
		boolean changed = this.neighbour != neighbour || this.partner != partner || this.watched != watched;
		this.watched = watched;
		this.neighbour = neighbour;
		this.partner = partner;
		return changed;
	}

	void linkUp() {
		this.reportSent = 0;
		this.records.clear();
		this.reports.clear();
		this.spareSince = Peer.NEVER;
		this.use = new LinkUse(this.use.neighboursOnly(), false, this.use.wantsNews());
	}

	void linkDown() {
		this.records.clear();
		this.reports.clear();
	}

	void used(LinkUse use) {
		this.use = use;
	}

	/** Whether this node wants a link to it. */
	boolean isNeighbour() {
		return this.neighbour;
	}

	/** Whether all agree that this node should hear it. */
	boolean isWatched() {
		return this.watched;
	}

	/** Whether it is a gossip partner: news is passed on to it. */
	boolean isPartner() {
		return this.partner;
	}

	boolean wantsNews() {
		return this.use.wantsNews();
	}

	/** Returns whether neither end has needed the link for a while. */
	boolean isSpare(long now, long grace) {
		if (this.neighbour || !this.use.spare()) {
			this.spareSince = Peer.NEVER;
		}
		else if (this.spareSince == Peer.NEVER) {
			this.spareSince = now;
		}
		else {
			return now - this.spareSince >= grace;
		}
		return false;
	}

	void needed() {
		this.spareSince = Peer.NEVER;
	}

	boolean isParting() {
		return this.spareSince != Peer.NEVER;
	}

	Set<String> records() {
		return this.records;
	}

	Set<String> reports() {
		return this.reports;
	}

	boolean hasNews() {
		return !this.records.isEmpty() || !this.reports.isEmpty();
	}

	void agreed() {
		this.stuck = 0;
		this.records.clear();
		this.reports.clear();
	}

	/**
	 * Returns whether records differ although neither side changes, or have for long.
	 */
	boolean isStuck(long digests, boolean introduced, int patience) {
		boolean still = digests == this.lastDigests && !hasNews();
		this.lastDigests = digests;
		this.stuck++;
		if (still || !introduced || this.stuck > patience) {
			this.stuck = 0;
			return true;
		}
		return false;
	}

	long reportSent() {
		return this.reportSent;
	}

	void reportSent(long version) {
		this.reportSent = version;
	}

}
