package io.horde.cluster;

import java.util.BitSet;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import io.horde.crdt.ReplicaId;
import org.jspecify.annotations.Nullable;

/**
 * Judges members to which this node has no link by what their neighbours say of them
 * (M1), and says what it hears itself.
 */
final class Reports {

	/*
	 * Each record tells which of its neighbours a member doesn't hear. A member is gone
	 * when all that should hear it say so, or are gone themselves: so the members of a
	 * zone that is cut off don't vouch for each other. In other words, a member lives if
	 * it can be reached from this node along links of the overlay that nobody on this
	 * side of them complains of. Whoever hears a member that others complain of, and is
	 * no neighbour of it, says that too.
	 */

	private final Members members;

	private final Neighbourhood neighbourhood;

	private final Detector detector;

	private long judgedAt = -1;

	private boolean judged;

	private boolean settled = true;

	Reports(Members members, Neighbourhood neighbourhood, Detector detector) {
		this.members = members;
		this.neighbourhood = neighbourhood;
		this.detector = detector;
	}

	void evaluate() {
		Overlay overlay = this.neighbourhood.overlay();
		if (overlay == null) {
			say(Collections.emptySortedMap());
			return;
		}
		if (this.judgedAt == this.members.generation() && !hasFallenSilent()) {
			return;
		}
		say(own(overlay, false));
		boolean complaints = !this.members.own().hearing().isEmpty();
		for (Peer peer : this.members.peers()) {
			complaints |= peer.isLiving() && !peer.record().hearing().isEmpty();
		}
		this.settled = true;
		if (complaints || this.judged) {
			this.judged = judge(overlay, complaints);
			say(own(overlay, true));
		}
		this.judgedAt = this.settled ? this.members.generation() : -1;
	}

	/* Somebody with a link whom only this node may have vouched for. */
	private boolean hasFallenSilent() {
		for (Peer peer : this.members.linked()) {
			if (!peer.expected && peer.isLiving() && !this.detector.hears(peer)) {
				return true;
			}
		}
		return false;
	}

	private boolean judge(Overlay overlay, boolean complaints) {
		BitSet reached = complaints ? reached(overlay) : new BitSet();
		@Nullable Peer[] peers = this.neighbourhood.indexed();
		boolean any = false;
		for (int i = 0; i < peers.length; i++) {
			Peer peer = peers[i];
			if (peer != null && !peer.expected && !this.detector.hears(peer)) {
				this.settled &= this.detector.reported(peer, !complaints || reached.get(i));
				any |= !peer.isLiving();
			}
		}
		return any;
	}

	private BitSet reached(Overlay overlay) {
		@Nullable Peer[] peers = this.neighbourhood.indexed();
		BitSet reached = new BitSet(overlay.size());
		int[] queue = new int[overlay.size()];
		int end = 0;
		for (int i = 0; i < peers.length; i++) {
			Peer peer = peers[i];
			if (peer != null && (peer.expected ? peer.isAlive() : this.detector.hears(peer))) {
				reached.set(i);
				queue[end++] = i;
			}
		}
		for (int i = 0; i < end; i++) {
			Peer peer = peers[queue[i]];
			if (peer == null) {
				continue;
			}
			SortedMap<ReplicaId, Hearing> hearing = peer.record().hearing();
			for (int neighbour : overlay.neighbours(queue[i])) {
				Peer other = reached.get(neighbour) ? null : peers[neighbour];
				if (other != null && (hearing.isEmpty() || !peer.accuses(other.id()))) {
					reached.set(neighbour);
					queue[end++] = neighbour;
				}
			}
			for (Map.Entry<ReplicaId, Hearing> heard : hearing.entrySet()) {
				int index = (heard.getValue() == Hearing.HEARD) ? overlay.index(heard.getKey().node()) : -1;
				if (index >= 0 && !reached.get(index) && this.members.peer(heard.getKey()) != null) {
					reached.set(index);
					queue[end++] = index;
				}
			}
		}
		return reached;
	}

	private SortedMap<ReplicaId, Hearing> own(Overlay overlay, boolean trouble) {
		SortedMap<ReplicaId, Hearing> own = new TreeMap<>();
		for (Peer peer : this.neighbourhood.watched()) {
			Hearing hearing = this.detector.hearing(peer);
			if (hearing == Hearing.LOST || hearing == Hearing.CLOSED) {
				own.put(peer.id(), hearing);
			}
		}
		if (!trouble && this.members.own().hearing().isEmpty()) {
			return own;
		}
		for (Peer peer : this.members.linked()) {
			if (!peer.expected && this.detector.hears(peer) && isAccused(overlay, peer, overlay.index(peer.name()))) {
				own.put(peer.id(), Hearing.HEARD);
			}
		}
		return own;
	}

	private boolean isAccused(Overlay overlay, Peer peer, int index) {
		if (index < 0) {
			return false;
		}
		for (int neighbour : overlay.neighbours(index)) {
			Peer other = this.members.named(overlay.name(neighbour));
			if (other != null && (!other.isLiving() || other.accuses(peer.id()))) {
				return true;
			}
		}
		return false;
	}

	private void say(SortedMap<ReplicaId, Hearing> hearing) {
		if (!this.members.own().hearing().equals(hearing)) {
			this.members.own(this.members.own().withHearing(hearing));
		}
	}

}
