package io.horde.cluster.membership;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

import io.horde.cluster.protocol.ClusterMessage.Records;
import io.horde.cluster.protocol.ClusterMessage.Told;
import io.horde.cluster.protocol.MemberRecord;
import io.horde.cluster.protocol.Reachability;
import io.horde.cluster.protocol.Report;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Passes on to the neighbours in a sparse overlay what is new of other members.
 */
final class GossipQueue {

	/** How many records a frame carries. */
	static final int BATCH = 500;

	/** How often in a heartbeat interval news is passed on at most. */
	private static final int PASSES = 20;

	/** So many members pass news on to this one, if it has links to so many. */
	private static final int TELLERS = 4;

	private final EventLoop loop;

	private final Members members;

	private final Router router;

	private final Neighbourhood neighbourhood;

	private final Detector detector;

	private final Reports reports;

	private final MembershipSettings settings;

	private @Nullable Peer teller;

	private boolean waiting;

	private long passedOn;

	GossipQueue(EventLoop loop, Members members, Router router, Neighbourhood neighbourhood, Detector detector,
			Reports reports, MembershipSettings settings) {
		this.loop = loop;
		this.members = members;
		this.router = router;
		this.neighbourhood = neighbourhood;
		this.detector = detector;
		this.reports = reports;
		this.settings = settings;
		members.onRecord((about) -> changed(about, (peer) -> peer.rumours.add(about.name())));
		members.onReport((about) -> changed(about, (peer) -> peer.hearsay.add(about.name())));
	}

	private void changed(Peer about, Consumer<Peer> tell) {
		if (this.neighbourhood.isSparse()) {
			for (Peer peer : confidants()) {
				if (peer != this.teller && peer != about) {
					tell.accept(peer);
				}
			}
		}
	}

	/* Those on the rings for it to which there is a link, and those that ask for it. */
	private List<Peer> confidants() {
		List<Peer> confidants = new ArrayList<>();
		for (Peer peer : this.members.linked()) {
			if ((peer.confidant || peer.curious) && isHeard(peer)) {
				confidants.add(peer);
			}
		}
		return confidants;
	}

	/**
	 * Return the members whom to ask for news of others.
	 * @return some, if those on the rings for it are too few, as when many have just died
	 */
	Set<Peer> asked() {
		List<Peer> linked = this.members.linked();
		int tellers = 0;
		for (Peer peer : linked) {
			tellers += (peer.confidant && isHeard(peer)) ? 1 : 0;
		}
		Set<Peer> asked = new HashSet<>();
		for (int i = 0; i < linked.size() && tellers + asked.size() < TELLERS; i++) {
			Peer peer = linked.get(Math.floorMod(this.members.fingerprint() + i, linked.size()));
			if (!peer.confidant && isHeard(peer)) {
				asked.add(peer);
			}
		}
		return asked;
	}

	/* Lately: when many fall silent at once, what is said of them must not go to them. */
	private boolean isHeard(Peer peer) {
		return peer.isAlive() && this.detector.hearing(peer) == Reachability.HEARD;
	}

	/* Whoever tells of a record need not be told. */
	void told(Peer from, Runnable task) {
		this.teller = from;
		try {
			task.run();
		}
		finally {
			this.teller = null;
		}
	}

	boolean isWaiting() {
		return this.waiting;
	}

	/**
	 * Pass on what is new a little later, so that what comes in meanwhile goes with it.
	 * @param then called after that
	 */
	void passOnSoon(Runnable then) {
		if (!this.waiting && this.neighbourhood.isSparse() && this.passedOn != this.members.generation()) {
			this.waiting = true;
			this.loop.schedule(this.settings.heartbeatInterval().dividedBy(PASSES), () -> {
				this.waiting = false;
				this.reports.evaluate();
				this.passedOn = passOn() ? this.members.generation() : -1;
				then.run();
			});
		}
	}

	/* Returns whether nothing is left. */
	private boolean passOn() {
		boolean done = true;
		for (Peer peer : this.members.linked()) {
			if (hasNews(peer)) {
				passOn(peer);
				done &= !hasNews(peer);
			}
		}
		return done;
	}

	private boolean hasNews(Peer peer) {
		return !peer.rumours.isEmpty() || !peer.hearsay.isEmpty() || peer.recordSent < this.members.own().version()
				|| peer.reportSent < this.members.report().version();
	}

	private void passOn(Peer peer) {
		MemberRecord own = this.members.own();
		Report report = this.members.report();
		List<Told> news = new ArrayList<>();
		if (peer.recordSent < own.version()) {
			news.add(new Told(own, Reachability.HEARD));
		}
		List<String> names = peer.rumours.stream().limit(BATCH).toList();
		for (String name : names) {
			Peer about = this.members.named(name);
			if (about != null) {
				news.add(new Told(about.record(), this.detector.hearing(about)));
			}
		}
		Map<Long, Report> reports = new LinkedHashMap<>();
		if (peer.reportSent < report.version()) {
			reports.put(this.members.fingerprint(), report);
		}
		List<String> reporters = peer.hearsay.stream().limit(BATCH).toList();
		for (String name : reporters) {
			Peer about = this.members.named(name);
			if (about != null) {
				reports.put(about.fingerprint, about.report);
			}
		}
		if (this.router.sendDirectly(peer, new Records(news, reports))) {
			peer.recordSent = own.version();
			peer.reportSent = report.version();
			names.forEach(peer.rumours::remove);
			reporters.forEach(peer.hearsay::remove);
		}
	}

}
