package io.horde.replication;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

import io.horde.cluster.HeartbeatPart;
import io.horde.cluster.MemberState;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.MembershipListener;
import io.horde.cluster.MembershipView;
import io.horde.crdt.ReplicaId;
import io.horde.time.EventLoop;
import io.horde.transport.Channels;
import io.horde.transport.Link;
import io.horde.transport.Transport;
import io.horde.transport.TransportHandler;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import org.jspecify.annotations.Nullable;

/**
 * The least membership that a replicator can live with: who has a link is a member, and
 * who has none is down.
 */
final class TestPeers implements Peers, TransportHandler {

	static final Duration HEARTBEAT = Duration.ofMillis(500);

	private final EventLoop loop;

	private final Transport transport;

	private final ReplicaId self;

	private final Map<ReplicaId, Link> links = new TreeMap<>();

	private final Map<ReplicaId, MemberStatus> statuses = new TreeMap<>();

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

	private void heartbeat() {
		this.links.forEach((id, link) -> heartbeat(id, link));
		this.loop.schedule(HEARTBEAT, this::heartbeat);
	}

	private void heartbeat(ReplicaId id, Link link) {
		byte[] contribution = this.part.write(id);
		byte[] frame = new FrameWriter().array(2)
			.longValue(this.statuses.get(this.self).ordinal())
			.bytes(contribution)
			.toBytes();
		this.heartbeatBytes += contribution.length;
		link.send(Channels.CLUSTER, frame);
	}

	/**
	 * Announce that this node leaves.
	 */
	void leaving() {
		status(this.self, MemberStatus.LEAVING);
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
	public ReplicaId self() {
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
	public boolean send(ReplicaId to, byte[] frame) {
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
		return Codecs.writeReplica(new FrameWriter(), this.self).toBytes();
	}

	@Override
	public @Nullable String refuse(String address, byte[] hello) {
		return null;
	}

	@Override
	public void linkUp(Link link) {
		ReplicaId id = id(link);
		this.links.put(id, link);
		status(id, MemberStatus.JOINING);
		this.listener.linkUp(id);
		heartbeat(id, link);
	}

	@Override
	public void linkDown(Link link, LinkDown evidence) {
		ReplicaId id = id(link);
		if (this.links.remove(id, link)) {
			this.listener.linkDown(id);
			status(id, MemberStatus.DOWN);
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
		status(id, MemberStatus.values()[reader.intValue()]);
		this.part.read(id, reader.bytes());
	}

	@Override
	public void writable(Link link) {
		this.listener.writable(id(link));
	}

	@Override
	public void dialFailed(String address, DialFailure failure, String reason) {
	}

	private void status(ReplicaId id, MemberStatus status) {
		if (this.statuses.put(id, status) != status) {
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
		return Codecs.readReplica(new FrameReader(link.hello()));
	}

}
