package io.horde.cluster.quorum;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

import io.horde.cluster.quorum.Claimant.ReleasedKey;
import io.horde.cluster.quorum.QuorumMessage.Answer;
import io.horde.cluster.quorum.QuorumMessage.Key;
import io.horde.cluster.quorum.QuorumMessage.Refused;
import io.horde.cluster.quorum.QuorumMessage.Request;
import io.horde.cluster.quorum.Voter.Entry;
import io.horde.cluster.quorum.Voter.Promise;
import io.horde.crdt.ReplicaId;
import io.horde.time.clock.Moment;
import org.jspecify.annotations.Nullable;

/**
 * A number that is the same for worlds that go on in the same way.
 */
final class ModelCode {

	/*
	 * Times are told as distances from now, and only as long as they matter; rounds and
	 * sessions by their order among those that may still be compared with them, for the
	 * next one is greater than all; epochs by their order among those of the child that
	 * are claimed, held, released or under way, but those that a claim of this moment
	 * could still meet as they are. What a voter knows of a child and what no longer
	 * protects anybody is left out if each claim that can still come has a higher epoch.
	 * The children are interchangeable.
	 */

	private static final int COMMON = ModelWorld.CHILDREN.size();

	private static final long FACTOR = 0xff51afd7ed558ccdL;

	private static final int MOST_EPOCHS = 64;

	/** Ballots farther apart are not told apart by how far. */
	private static final int FAR = 4;

	private static final LongConsumer IGNORED = (value) -> {
	};

	private final long[] codes = new long[COMMON + 1];

	private final long[][] epochs = new long[ModelWorld.CHILDREN.size()][MOST_EPOCHS];

	private final int[] epochCounts = new int[ModelWorld.CHILDREN.size()];

	private final long[] lowestClaims = new long[ModelWorld.CHILDREN.size()];

	private final LongConsumer common = (value) -> add(COMMON, value);

	private final LongConsumer ballot = (value) -> add(COMMON, ballot(value));

	private final LongConsumer meetBallot = this::meetBallot;

	private final long[] ballots = new long[MOST_EPOCHS];

	private int ballotCount;

	private ModelWorld world;

	private long firstEpoch;

	ModelCode(ModelWorld world) {
		this.world = world;
	}

	long of(ModelWorld world) {
		this.world = world;
		this.firstEpoch = world.firstEpoch();
		Arrays.fill(this.codes, 0x9E3779B97F4A7C15L);
		collect();
		add(COMMON, world.phase * 16L + (world.begun ? 8 : 0) + (world.forgotten ? 4 : 0) + (world.settled ? 2 : 0)
				+ (world.cut ? 1 : 0));
		for (ModelNode node : world.nodes) {
			if (node != null) {
				add(node);
			}
		}
		for (ModelFrame frame : world.frames) {
			add(frame);
		}
		for (int child = 0; child < COMMON; child++) {
			add(child, epoch(child, world.tokens[child]));
		}
		long first = Math.min(this.codes[0], this.codes[1]);
		long second = Math.max(this.codes[0], this.codes[1]);
		add(COMMON, first);
		add(COMMON, second);
		return this.codes[COMMON];
	}

	private void add(int stream, long value) {
		long code = (this.codes[stream] ^ value) * FACTOR;
		code ^= code >>> 32;
		code *= 0xc4ceb9fe1a85ec53L;
		this.codes[stream] = code ^ (code >>> 29);
	}

	private long left(long nanos) {
		return nanos - this.world.time;
	}

	/* The epochs that may still be compared with others. */
	private void collect() {
		Arrays.fill(this.epochCounts, 0);
		this.ballotCount = 0;
		Arrays.fill(this.lowestClaims, this.firstEpoch);
		CoreText met = new CoreText(this.world.settings, this.world.time, IGNORED, this.meetBallot);
		for (ModelNode node : this.world.nodes) {
			if (node != null) {
				for (int child = 0; child < COMMON; child++) {
					meet(child, Math.abs(node.wants[child]), false);
				}
				met.add(node.core);
				node.core.claimant.held().forEach((held) -> meet(child(held.key), held.epoch, true));
				node.core.claimant.releases.forEach((key, release) -> meet(child(key), release.epoch(), false));
			}
		}
		for (ModelFrame frame : this.world.frames) {
			met.add(frame.message());
			if (frame.message() instanceof Request request) {
				meet(request.claims(), true);
				meet(request.releases(), false);
			}
			else if (frame.message() instanceof Answer answer) {
				meet(answer.accepted(), false);
				meet(answer.released(), false);
				for (Refused refused : answer.refused()) {
					meet(child(refused.key()), refused.epoch(), false);
				}
			}
		}
	}

	private void meetBallot(long ballot) {
		int at = this.ballotCount;
		while (at > 0 && this.ballots[at - 1] > ballot) {
			at--;
		}
		if (at == 0 || this.ballots[at - 1] != ballot) {
			System.arraycopy(this.ballots, at, this.ballots, at + 1, this.ballotCount - at);
			this.ballots[at] = ballot;
			this.ballotCount++;
		}
	}

	/* A node's next ballot is one above the highest that it knows. */
	private long ballot(long ballot) {
		long rank = 0;
		for (int i = 1; i < this.ballotCount && this.ballots[i] <= ballot; i++) {
			rank += Math.min(this.ballots[i] - this.ballots[i - 1], FAR);
		}
		return rank;
	}

	private void meet(List<Key> keys, boolean claims) {
		for (Key key : keys) {
			meet(child(key.key()), key.epoch(), claims);
		}
	}

	private void meet(int child, long epoch, boolean claims) {
		if (claims && epoch < this.lowestClaims[child]) {
			this.lowestClaims[child] = epoch;
		}
		long[] epochs = this.epochs[child];
		int count = this.epochCounts[child];
		for (int i = 0; i < count; i++) {
			if (epochs[i] == epoch) {
				return;
			}
		}
		epochs[count] = epoch;
		this.epochCounts[child] = count + 1;
	}

	private long epoch(int child, long epoch) {
		if (epoch >= this.firstEpoch) {
			return 1000 + epoch - this.firstEpoch;
		}
		long lower = 0;
		long same = 0;
		for (int i = 0; i < this.epochCounts[child]; i++) {
			lower += (this.epochs[child][i] < epoch) ? 2 : 0;
			same |= (this.epochs[child][i] == epoch) ? 1 : 0;
		}
		return lower + same;
	}

	private static int child(String key) {
		return key.charAt(1) - '1';
	}

	private long id(@Nullable ReplicaId id) {
		if (id == null) {
			return -1;
		}
		int index = ModelWorld.index(id);
		return index * 16L + this.world.node(index).id.incarnation() - id.incarnation();
	}

	private void add(ModelNode node) {
		text().add(node.core);
		Claimant claimant = node.core.claimant;
		for (int child = 0; child < COMMON; child++) {
			Moment end = node.leases[child];
			add(child, (node.wants[child] != 0) ? epoch(child, Math.abs(node.wants[child])) : -1);
			add(child, (end != null) ? left(end.nanos()) : -1);
			add(child, Math.max(node.lastEpochs[child] - this.firstEpoch, -1));
		}
		addVotes(node.core.voter);
		for (Contact contact : claimant.contacts()) {
			Moment answered = contact.answered();
			add(COMMON, id(contact.voter));
			add(COMMON, (answered != null) ? Math.max(left(answered.nanos()), -this.world.settings.lease()) : 1);
			Moment agreed = contact.agreed();
			long age = (agreed != null) ? this.world.time - agreed.nanos() : -1;
			add(COMMON, Math.min(age, this.world.settings.lapse() + 1));
			Promise promise = promise(node.id, contact.voter);
			add(COMMON, (promise != null && isRunning(promise) && promise.session() == contact.session()) ? 1 : 0);
		}
		for (HeldKey held : claimant.held()) {
			add(held, claimant);
		}
		for (Map.Entry<String, ReleasedKey> entry : claimant.releases.entrySet()) {
			ReleasedKey release = entry.getValue();
			int child = child(entry.getKey());
			add(child, -6);
			add(child, epoch(child, release.epoch()) * 2 + (release.agreed() ? 1 : 0));
			add(child, left(release.since().nanos()));
			long confirmed = 0;
			for (String name : release.confirmed()) {
				confirmed |= 1L << child(name);
			}
			add(child, confirmed);
		}
	}

	private void add(HeldKey held, Claimant claimant) {
		int child = child(held.key);
		add(child, -5);
		add(child, epoch(child, held.epoch));
		add(child, (held.end != null) ? left(held.end.nanos()) + 1 : left(held.deadline.nanos()));
		for (Contact contact : claimant.contacts()) {
			Refused refused = held.isGranted() ? null : held.refused.get(contact.voter.node());
			long refusal = (refused == null) ? 0 : (refused.holder() != null) ? 2 : 1;
			add(child, (held.isAcceptedBy(contact) ? 4 : 0) + (held.isSentTo(contact) ? 8 : 0) + refusal);
		}
	}

	private boolean isRunning(Promise promise) {
		return left(promise.until()) > 0;
	}

	private @Nullable Promise promise(ReplicaId owner, ReplicaId voter) {
		ModelNode node = this.world.node(ModelWorld.index(voter));
		return node.id.equals(voter) ? node.core.voter.promises.get(owner) : null;
	}

	private void addVotes(Voter voter) {
		for (Map.Entry<ReplicaId, Promise> entry : voter.promises.entrySet()) {
			if (isRunning(entry.getValue())) {
				add(COMMON, id(entry.getKey()));
				add(COMMON, left(entry.getValue().until()));
			}
		}
		for (Map.Entry<String, Entry> each : voter.entries.entrySet()) {
			Entry entry = each.getValue();
			int child = child(each.getKey());
			Promise promise = voter.promises.get(entry.owner());
			boolean protects = promise != null && isRunning(promise) && promise.session() == entry.session();
			if (protects || entry.epoch() >= this.lowestClaims[child]) {
				add(child, id(entry.owner()) * 4 + (protects ? 2 : 0) + (entry.released() ? 1 : 0));
				add(child, epoch(child, entry.epoch()));
			}
		}
		add(COMMON, -7);
		add(0, -7);
		add(1, -7);
	}

	private void add(ModelFrame frame) {
		add(COMMON, frame.link() * 2 + (frame.late() ? 1 : 0));
		add(COMMON, id(frame.from()) * 256 + id(frame.to()));
		add(COMMON, frame.message().configuration().hashCode());
		add(0, -8);
		add(1, -8);
		if (frame.message() instanceof Request request) {
			add(frame, request);
		}
		else if (frame.message() instanceof Answer answer) {
			add(frame, answer);
		}
		else {
			text().add(frame.message());
		}
	}

	private CoreText text() {
		return new CoreText(this.world.settings, this.world.time, this.common, this.ballot);
	}

	private void add(ModelFrame frame, Request request) {
		addRound(frame.from(), frame.to(), request.round());
		Promise promise = promise(frame.from(), frame.to());
		add(COMMON, (promise != null && request.round() <= promise.round()) ? 1 : 0);
		boolean replaced = false;
		if (this.world.node(frame.receiver()).id.equals(frame.to())) {
			for (ReplicaId owner : this.world.node(frame.receiver()).core.voter.promises.keySet()) {
				replaced |= owner.node().equals(frame.from().node())
						&& owner.incarnation() > frame.from().incarnation();
			}
		}
		add(COMMON, replaced ? 1 : 0);
		add(request.claims(), 2);
		add(request.releases(), 3);
	}

	private void add(ModelFrame frame, Answer answer) {
		addRound(frame.to(), frame.from(), answer.round());
		ModelNode owner = this.world.node(frame.receiver());
		Contact contact = owner.core.claimant.contact(frame.from().node());
		long session = -2;
		if (contact != null && contact.voter.equals(frame.from()) && answer.session() != 0) {
			session = Long.signum(answer.session() - contact.session());
		}
		Promise promise = promise(frame.to(), frame.from());
		boolean present = promise != null && isRunning(promise) && promise.session() == answer.session();
		add(COMMON, session * 2 + (present ? 1 : 0));
		add(answer.accepted(), 4);
		add(answer.released(), 5);
		for (Refused refused : answer.refused()) {
			add(child(refused.key()), 6 + ((refused.holder() != null) ? 1 : 0));
			add(child(refused.key()), epoch(child(refused.key()), refused.epoch()));
		}
	}

	/* When it was sent, and its place among those that are under way. */
	private void addRound(ReplicaId owner, ReplicaId voter, long round) {
		ModelNode node = this.world.node(ModelWorld.index(owner));
		Contact contact = node.id.equals(owner) ? node.core.claimant.contact(voter.node()) : null;
		Moment sent = (contact != null && contact.voter.equals(voter)) ? contact.sent.get(round) : null;
		add(COMMON, (sent != null) ? Math.max(left(sent.nanos()), -this.world.settings.lease()) : 1);
		int lower = 0;
		for (ModelFrame other : this.world.frames) {
			if (other.message() instanceof Request request && other.from().equals(owner) && other.to().equals(voter)) {
				lower += (request.round() < round) ? 1 : 0;
			}
			else if (other.message() instanceof Answer answer && other.from().equals(voter)
					&& other.to().equals(owner)) {
				lower += (answer.round() < round) ? 1 : 0;
			}
		}
		add(COMMON, lower);
	}

	private void add(List<Key> keys, int kind) {
		for (Key key : keys) {
			int child = child(key.key());
			add(child, kind);
			add(child, epoch(child, key.epoch()));
		}
	}

}
