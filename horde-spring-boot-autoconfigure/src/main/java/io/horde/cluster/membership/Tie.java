package io.horde.cluster.membership;

import java.util.LinkedHashSet;
import java.util.Set;

import io.horde.cluster.protocol.ClusterMessage.LinkUse;

/**
 * What ties this node to another one by the topology: in a full mesh all are tied
 * closely, in a sparse overlay those that it says.
 */
public final class Tie {

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

	/**
	 * Set what the topology says.
	 * @return whether that is a change
	 */
	public boolean mark(boolean watched, boolean neighbour, boolean partner) {
		boolean changed = this.neighbour != neighbour || this.partner != partner || this.watched != watched;
		this.watched = watched;
		this.neighbour = neighbour;
		this.partner = partner;
		return changed;
	}

	void linkUp() {
		this.reportSent = 0;
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

	/**
	 * Tell whether this node wants a link to it.
	 */
	public boolean isNeighbour() {
		return this.neighbour;
	}

	/**
	 * Tell whether all agree that this node should hear it, so that it judges it itself.
	 */
	public boolean isWatched() {
		return this.watched;
	}

	/**
	 * Tell whether it is a gossip partner: news is passed on to it.
	 */
	public boolean isPartner() {
		return this.partner;
	}

	/**
	 * Return what the other end uses the link for.
	 */
	public LinkUse use() {
		return this.use;
	}

	/**
	 * Tell whether neither end has needed the link for a while. Asked with each
	 * heartbeat.
	 */
	public boolean isSpare(long now, long grace) {
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

	/** Whether the link is about to be given up, so that frames take another way. */
	boolean isParting() {
		return this.spareSince != Peer.NEVER && !this.neighbour;
	}

	public Set<String> records() {
		return this.records;
	}

	public Set<String> reports() {
		return this.reports;
	}

	public boolean hasNews() {
		return !this.records.isEmpty() || !this.reports.isEmpty();
	}

	void agreed() {
		this.stuck = 0;
		this.records.clear();
		this.reports.clear();
	}

	/**
	 * Tell whether records differ although neither side changes, or have for long.
	 */
	public boolean isStuck(long digests, boolean introduced, int patience) {
		boolean still = digests == this.lastDigests && !hasNews();
		this.lastDigests = digests;
		this.stuck++;
		if (still || !introduced || this.stuck > patience) {
			this.stuck = 0;
			return true;
		}
		return false;
	}

	public long reportSent() {
		return this.reportSent;
	}

	public void reportSent(long version) {
		this.reportSent = version;
	}

}
