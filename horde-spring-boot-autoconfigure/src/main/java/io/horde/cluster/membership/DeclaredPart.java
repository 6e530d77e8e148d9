package io.horde.cluster.membership;

import java.util.function.Consumer;
import java.util.function.Supplier;

import io.horde.cluster.protocol.DeclaredMembers;
import io.horde.crdt.ReplicaId;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import org.jspecify.annotations.Nullable;

/**
 * Lets each heartbeat tell which declared member list its sender has, and the list itself
 * as long as the receiver has told of another one: so a list whose frame was lost is told
 * again (M7).
 */
final class DeclaredPart implements HeartbeatPart {

	private static final byte[] NOTHING = new byte[0];

	private final Members members;

	private final Supplier<DeclaredMembers> declared;

	private final Consumer<DeclaredMembers> merge;

	DeclaredPart(Members members, Supplier<DeclaredMembers> declared, Consumer<DeclaredMembers> merge) {
		this.members = members;
		this.declared = declared;
		this.merge = merge;
	}

	@Override
	public String name() {
		return "declared";
	}

	@Override
	public byte[] write(ReplicaId to) {
		DeclaredMembers own = this.declared.get();
		if (!own.isDeclared()) {
			return NOTHING;
		}
		Peer peer = this.members.peer(to);
		boolean known = peer != null && peer.conversation().knows(own);
		FrameWriter writer = new FrameWriter();
		writer.array(known ? 2 : 3).longValue(own.stamp()).string(own.by());
		if (!known) {
			own.write(writer);
		}
		return writer.toBytes();
	}

	@Override
	public void read(ReplicaId from, byte[] bytes) {
		FrameReader reader = new FrameReader(bytes);
		int fields = reader.array();
		long stamp = reader.longValue();
		String by = reader.nameOrEmpty();
		@Nullable DeclaredMembers told = (fields > 2) ? DeclaredMembers.read(reader) : null;
		reader.end();
		Peer peer = this.members.peer(from);
		if (peer != null) {
			peer.conversation().declared(stamp, by);
		}
		if (told != null) {
			this.merge.accept(told);
		}
	}

}
