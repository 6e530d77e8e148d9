package io.horde.cluster.topology;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Supplier;

import io.horde.cluster.membership.Members;
import io.horde.cluster.membership.MembershipContext;
import io.horde.cluster.membership.MembershipSettings;
import io.horde.cluster.membership.Peer;
import io.horde.cluster.membership.Tie;
import io.horde.cluster.membership.Topologies.Judge;
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

	/** How often in a heartbeat interval news is passed on at most. */
	private static final int PASSES = 20;

	/** So many members pass news on to this one, if it has links to so many. */
	private static final int TELLERS = 4;

	private final EventLoop loop;

	private final Members members;

	private final DrawnOverlays drawn;

	private final Supplier<Judge> judge;

	private final BiPredicate<Peer, Records> tell;

	private final Reports reports;

	private final MembershipSettings settings;

	private @Nullable Peer teller;

	private boolean waiting;

	private long passedOn;

	GossipQueue(MembershipContext context, DrawnOverlays drawn, Supplier<Judge> judge, BiPredicate<Peer, Records> tell,
			Reports reports) {
		this.loop = context.loop();
		this.members = context.members();
		this.drawn = drawn;
		this.judge = judge;
		this.tell = tell;
		this.reports = reports;
		this.settings = context.settings();
		this.members.onRecord((about) -> changed(about, (tie) -> tie.records().add(about.name())));
		this.members.onReport((about) -> changed(about, (tie) -> tie.reports().add(about.name())));
	}

	private void changed(Peer about, Consumer<Tie> tell) {
		if (this.drawn.isSparse()) {
			for (Peer peer : partners()) {
				if (peer != this.teller && peer != about) {
					tell.accept(peer.tie());
				}
			}
		}
	}

	/* Those on the rings for it to which there is a link, and those that ask for it. */
	private List<Peer> partners() {
		List<Peer> partners = new ArrayList<>();
		for (Peer peer : this.members.linked()) {
			Tie tie = peer.tie();
			if ((tie.isPartner() || tie.use().wantsNews()) && isHeard(peer)) {
				partners.add(peer);
			}
		}
		return partners;
	}

	/**
	 * Return the members whom to ask for news of others.
	 * @return some, if those on the rings for it are too few, as when many have just died
	 */
	Set<Peer> asked() {
		List<Peer> linked = this.members.linked();
		int tellers = 0;
		for (Peer peer : linked) {
			tellers += (peer.tie().isPartner() && isHeard(peer)) ? 1 : 0;
		}
		Set<Peer> asked = new HashSet<>();
		for (int i = 0; i < linked.size() && tellers + asked.size() < TELLERS; i++) {
			Peer peer = linked.get(Math.floorMod(this.members.fingerprint() + i, linked.size()));
			if (!peer.tie().isPartner() && isHeard(peer)) {
				asked.add(peer);
			}
		}
		return asked;
	}

	/* Lately: when many fall silent at once, what is said of them must not go to them. */
	private boolean isHeard(Peer peer) {
		return peer.isAlive() && this.judge.get().reachability(peer) == Reachability.HEARD;
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

	/**
	 * Pass on what is new a little later, so that what comes in meanwhile goes with it.
	 * @param then called after that
	 * @return whether something waits to be passed on
	 */
	boolean passOnSoon(Runnable then) {
		if (this.drawn.isSparse() && !this.waiting && this.passedOn != this.members.generation()) {
			this.waiting = true;
			this.loop.schedule(this.settings.heartbeatInterval().dividedBy(PASSES), () -> {
				this.waiting = false;
				this.reports.evaluate();
				this.passedOn = passOn() ? this.members.generation() : -1;
				then.run();
			});
		}
		return this.waiting;
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
		Tie tie = peer.tie();
		return tie.hasNews() || peer.recordSent() < this.members.own().version()
				|| tie.reportSent() < this.members.report().version();
	}

	private void passOn(Peer peer) {
		Tie tie = peer.tie();
		MemberRecord own = this.members.own();
		Report report = this.members.report();
		List<Told> news = new ArrayList<>();
		if (peer.recordSent() < own.version()) {
			news.add(new Told(own, Reachability.HEARD));
		}
		List<String> names = tie.records().stream().limit(Records.BATCH).toList();
		for (String name : names) {
			Peer about = this.members.named(name);
			if (about != null) {
				news.add(new Told(about.record(), this.judge.get().reachability(about)));
			}
		}
		Map<Long, Report> reports = new LinkedHashMap<>();
		if (tie.reportSent() < report.version()) {
			reports.put(this.members.fingerprint(), report);
		}
		List<String> reporters = tie.reports().stream().limit(Records.BATCH).toList();
		for (String name : reporters) {
			Peer about = this.members.named(name);
			if (about != null) {
				reports.put(about.fingerprint(), about.report());
			}
		}
		if (this.tell.test(peer, new Records(news, reports))) {
			tie.reportSent(report.version());
			names.forEach(tie.records()::remove);
			reporters.forEach(tie.reports()::remove);
		}
	}

}
