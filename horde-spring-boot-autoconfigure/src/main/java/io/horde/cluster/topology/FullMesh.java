package io.horde.cluster.topology;

import java.util.Collection;
import java.util.Collections;
import java.util.Set;
import java.util.function.Supplier;

import io.horde.cluster.membership.Members;
import io.horde.cluster.membership.Peer;
import io.horde.cluster.membership.Topologies.Judge;
import io.horde.cluster.membership.Topology;
import io.horde.cluster.protocol.ClusterMessage.LinkUse;
import io.horde.cluster.protocol.ClusterMessage.Summary;
import io.horde.cluster.protocol.Reachability;
import org.jspecify.annotations.Nullable;

/**
 * All are linked with all, and each judges all others itself. Where a link is missing,
 * one member relays.
 */
final class FullMesh implements Topology {

	private final Members members;

	private final Supplier<Judge> judge;

	FullMesh(Members members, Supplier<Judge> judge) {
		this.members = members;
		this.judge = judge;
	}

	@Override
	public boolean othersMiss(Peer peer) {
		boolean any = false;
		for (Peer other : this.members.peers()) {
			if (other != peer && other.isAlive() && other.isLinked()) {
				if (!other.isInDoubtAbout(peer)) {
					return false;
				}
				any = true;
			}
		}
		return any;
	}

	@Override
	public boolean isAwaited(Peer peer) {
		return peer.isLinked();
	}

	/**
	 * Best is a member that said so, then one that has not said the opposite. One that
	 * has fallen silent is the last choice, though it is not judged yet: its link may
	 * carry nothing, and what it said is old. A raised bound of silence may be longer
	 * than a lease (M3, Q12).
	 */
	@Override
	public @Nullable Peer hop(Peer to, Peer from) {
		Peer relay = null;
		int best = 0;
		for (Peer peer : this.members.linked()) {
			if (peer == to || peer == from || !peer.isLinked() || !peer.isAlive() || peer.isInDoubtAbout(to)
					|| peer.isDeaf()) {
				continue;
			}
			boolean heard = this.judge.get().reachability(peer) == Reachability.HEARD;
			boolean said = peer.hasSameRecords() || to.isHeardBy(peer);
			int rank = 1 + (heard ? 2 : 0) + (said ? 1 : 0);
			if (rank > best) {
				relay = peer;
				best = rank;
			}
		}
		return relay;
	}

	@Override
	public int hops() {
		return 1;
	}

	@Override
	public boolean isHeartbeatRelayed() {
		return true;
	}

	/**
	 * To members that are {@code DOWN} too if there is a link: else two sides would never
	 * meet again.
	 */
	@Override
	public Collection<Peer> heartbeatReceivers() {
		return this.members.peers().stream().filter((peer) -> peer.isLinked() || peer.isLiving()).toList();
	}

	@Override
	public Set<Peer> asked() {
		return Collections.emptySet();
	}

	@Override
	public LinkUse use(Peer peer, boolean asked) {
		return LinkUse.PLAIN;
	}

	@Override
	public long summarized() {
		return Summary.ALL;
	}

	@Override
	public Collection<Peer> toldOfList(boolean own) {
		return own ? this.members.peers() : Collections.emptyList();
	}

	@Override
	public Difference differs(Peer from, long digest, boolean old) {
		return Difference.SUMMARIZE;
	}

	@Override
	public boolean reachesAll() {
		return true;
	}

	@Override
	public boolean isShownAtOnce(Peer peer) {
		return true;
	}

	@Override
	public boolean isBootChecked(long lastGeneration) {
		return true;
	}

}
