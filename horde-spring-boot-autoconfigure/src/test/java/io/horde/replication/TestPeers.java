package io.horde.replication;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.HeartbeatPart;
import io.horde.cluster.membership.MemberState;
import io.horde.cluster.membership.MembershipListener;
import io.horde.cluster.membership.MembershipView;
import io.horde.cluster.membership.Peers;
import io.horde.crdt.DotCodec;
import io.horde.crdt.ReplicaId;
import io.horde.time.EventLoop;
import io.horde.transport.Channels;
import io.horde.transport.Link;
import io.horde.transport.LinkRefusal;
import io.horde.transport.Transport;
import io.horde.transport.TransportHandler;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import org.jspecify.annotations.Nullable;

/**
 * The least membership that a replicator can live with: who has a link is a member, and
 * who has none is down. The newest incarnation of each name is known to all at second
 * hand.
 */
final class TestPeers implements Peers, TransportHandler {

	static final Duration HEARTBEAT = Duration.ofMillis(500);

	private static final LinkRefusal FORGOTTEN = LinkRefusal.of("forgotten");

	private final EventLoop loop;

	private final Transport transport;

	private final ReplicaId self;

	private final Map<ReplicaId, Link> links = new TreeMap<>();

	private final Map<ReplicaId, MemberStatus> statuses = new TreeMap<>();

	private final Map<ReplicaId, Long> downSince = new TreeMap<>();

	private final Set<ReplicaId> forgotten = new TreeSet<>();

	private Duration forgetAfter = Duration.ofMinutes(10);

	private Runnable whenOutdated = () -> {
	};

	private boolean outdated;

	private @Nullable MembershipListener listener;

	private @Nullable HeartbeatPart part;

	private @Nullable Replicator replicator;

	private MembershipView view;

	private long version;

	private boolean settled;

	Consumer<byte[]> tap = (frame) -> {
	};

	long frames;

	long bytes;

	long heartbeatBytes;

	TestPeers(EventLoop loop, Transport transport, ReplicaId self) {
		this.loop = loop;
		this.transport = transport;
		this.self = self;
		this.statuses.put(self, MemberStatus.JOINING);
		this.view = view(self.node().isEmpty() ? List.of() : List.of(member(self, MemberStatus.JOINING)));
	}

	@Override
	public int maxFrameSize() {
		return this.transport.maxFrameSize();
	}

	void start(Replicator replicator, Collection<String> addresses) {
		this.replicator = replicator;
		this.listener = replicator.exchange();
		this.part = replicator.exchange();
		this.transport.start(this);
		addresses.forEach(this.transport::dial);
		heartbeat();
		this.loop.schedule(Duration.ofSeconds(1), () -> {
			this.settled = true;
			replicator.exchange().settled();
		});
	}

	/**
	 * Set when members are forgotten. Called before the start.
	 */
	TestPeers forgetting(Duration after, Runnable outdated) {
		this.forgetAfter = after;
		this.whenOutdated = outdated;
		return this;
	}

	private void heartbeat() {
		retire();
		this.links.forEach((id, link) -> heartbeat(id, link));
		this.loop.schedule(HEARTBEAT, this::heartbeat);
	}

	private void heartbeat(ReplicaId id, Link link) {
		byte[] contribution = this.part.write(id);
		List<ReplicaId> known = this.statuses.keySet().stream().filter((member) -> !isGone(member)).toList();
		FrameWriter frame = new FrameWriter().array(3)
			.longValue(this.statuses.get(this.self).ordinal())
			.bytes(contribution)
			.array(known.size() * 2);
		known.forEach((member) -> DotCodec.writeItems(member, frame));
		this.heartbeatBytes += contribution.length;
		link.send(Channels.CLUSTER, frame.toBytes());
	}

	/*
	 * Members that are down for long are forgotten by whoever sees most of the others,
	 * and not remembered for ever.
	 */
	private void retire() {
		long now = this.loop.nanoTime();
		this.downSince.keySet().removeIf((id) -> !this.statuses.containsKey(id) || this.links.containsKey(id));
		for (ReplicaId id : List.copyOf(this.statuses.keySet())) {
			MemberStatus status = this.statuses.get(id);
			if (status == MemberStatus.DOWN || status == MemberStatus.LEFT) {
				long since = this.downSince.computeIfAbsent(id, (down) -> now);
				if (now - since > this.forgetAfter.toNanos()) {
					this.downSince.remove(id);
					if (status == MemberStatus.LEFT) {
						this.forgotten.remove(id);
						status(id, null);
					}
					else if (this.links.size()
							+ 1 > this.statuses.keySet().stream().filter((one) -> !isGone(one)).count() / 2) {
						forgotten(id);
					}
				}
			}
		}
	}

	private boolean isGone(ReplicaId id) {
		return this.statuses.get(id) == MemberStatus.LEFT;
	}

	private @Nullable ReplicaId newest(String node) {
		ReplicaId newest = null;
		for (ReplicaId id : this.statuses.keySet()) {
			newest = id.node().equals(node) ? id : newest;
		}
		return newest;
	}

	private void learn(ReplicaId id, MemberStatus status) {
		ReplicaId newest = newest(id.node());
		if (newest == null || newest.compareTo(id) < 0) {
			if (newest != null) {
				this.forgotten.remove(newest);
				status(newest, null);
			}
			status(id, status);
		}
	}

	@Override
	public Duration forgetAfter() {
		return this.forgetAfter;
	}

	@Override
	public boolean isForgotten(ReplicaId member) {
		return this.forgotten.contains(member);
	}

	@Override
	public void forgotten(ReplicaId member) {
		if (this.statuses.containsKey(member) && this.forgotten.add(member)) {
			status(member, MemberStatus.LEFT);
		}
	}

	@Override
	public void outdated() {
		if (!this.outdated) {
			this.outdated = true;
			this.whenOutdated.run();
		}
	}

	/**
	 * Announce that this node leaves.
	 */
	void leaving() {
		status(this.self, MemberStatus.LEAVING);
	}

	/**
	 * Say good-bye.
	 */
	void left() {
		status(this.self, MemberStatus.LEFT);
		heartbeat();
	}

	/**
	 * Tell whether this node sees another one that is up.
	 */
	boolean isAlone() {
		return this.statuses.entrySet()
			.stream()
			.noneMatch((entry) -> entry.getValue() == MemberStatus.UP && !entry.getKey().equals(this.self)
					&& this.links.containsKey(entry.getKey()));
	}

	long inFlight() {
		return this.links.values().stream().mapToLong(Link::inFlightBytes).max().orElse(0);
	}

	@Override
	public boolean reachesAll() {
		return true;
	}

	@Override
	public boolean isPartner(ReplicaId member) {
		return true;
	}

	@Override
	public ReplicaId selfId() {
		return this.self;
	}

	@Override
	public MembershipView view() {
		return this.view;
	}

	@Override
	public boolean settled() {
		return this.settled;
	}

	@Override
	public boolean isLinked(ReplicaId peer) {
		return this.links.containsKey(peer);
	}

	@Override
	public Collection<ReplicaId> linked() {
		return new ArrayList<>(this.links.keySet());
	}

	@Override
	public boolean send(ReplicaId to, int channel, byte[] frame) {
		Link link = this.links.get(to);
		boolean sent = link != null && link.send(Channels.REPLICATION, frame);
		if (sent) {
			this.tap.accept(frame);
			this.frames++;
			this.bytes += frame.length;
		}
		return sent;
	}

	@Override
	public void joined() {
		status(this.self, MemberStatus.UP);
	}

	@Override
	public byte[] hello() {
		return DotCodec.writeItems(this.self, new FrameWriter()).toBytes();
	}

	@Override
	public @Nullable LinkRefusal refuse(String address, byte[] hello) {
		ReplicaId id = DotCodec.readItems(new FrameReader(hello));
		ReplicaId newest = newest(id.node());
		if (this.forgotten.contains(id)) {
			return FORGOTTEN;
		}
		return (newest != null && newest.compareTo(id) > 0) ? LinkRefusal.of("replaced") : null;
	}

	@Override
	public void linkUp(Link link) {
		ReplicaId id = id(link);
		this.links.put(id, link);
		learn(id, MemberStatus.JOINING);
		if (!isGone(id)) {
			status(id, MemberStatus.JOINING);
		}
		this.listener.linkUp(id);
		heartbeat(id, link);
	}

	@Override
	public void linkDown(Link link, LinkDown evidence) {
		ReplicaId id = id(link);
		if (this.links.remove(id, link)) {
			this.listener.linkDown(id);
			MemberStatus before = this.statuses.get(id);
			if (before != null) {
				status(id, (before == MemberStatus.LEFT) ? before : MemberStatus.DOWN);
			}
		}
	}

	@Override
	public void frame(Link link, int channel, byte[] frame) {
		ReplicaId id = id(link);
		if (channel == Channels.REPLICATION) {
			this.replicator.exchange().frame(id, frame);
			return;
		}
		FrameReader reader = new FrameReader(frame);
		reader.array();
		MemberStatus status = MemberStatus.values()[reader.intValue()];
		if (this.statuses.containsKey(id) && !isGone(id)) {
			status(id, status);
		}
		this.part.read(id, reader.bytes());
		int known = reader.array() / 2;
		for (int i = 0; i < known; i++) {
			learn(DotCodec.readItems(reader), MemberStatus.DOWN);
		}
	}

	@Override
	public void writable(Link link) {
		this.listener.writable(id(link));
	}

	@Override
	public void dialFailed(String address, DialFailure failure, String reason, @Nullable LinkRefusal refusal) {
		// If this node itself has refused, it is the other one that was forgotten
		if (failure == DialFailure.REFUSED_BY_PEER && FORGOTTEN.equals(refusal)) {
			outdated();
		}
	}

	@Override
	public void failed(String reason) {
	}

	private void status(ReplicaId id, @Nullable MemberStatus status) {
		MemberStatus former = (status != null) ? this.statuses.put(id, status) : this.statuses.remove(id);
		if (former != status) {
			MembershipView before = this.view;
			List<MemberState> members = new ArrayList<>();
			this.statuses.forEach((member, known) -> members.add(member(member, known)));
			this.view = view(members);
			this.listener.viewChanged(before, this.view);
		}
	}

	private MembershipView view(List<MemberState> members) {
		return new MembershipView(++this.version, this.self, members);
	}

	private static MemberState member(ReplicaId id, MemberStatus status) {
		return new MemberState(id, status, id.node(), Map.of(), 1, "", new TreeMap<>(), true, "");
	}

	private static ReplicaId id(Link link) {
		return DotCodec.readItems(new FrameReader(link.hello()));
	}

}
