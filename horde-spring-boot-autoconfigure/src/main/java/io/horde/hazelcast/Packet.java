package io.horde.hazelcast;

import java.io.IOException;
import java.util.concurrent.Callable;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceAware;
import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.StreamSerializer;
import io.horde.hazelcast.gate.MessageFilter;
import org.jspecify.annotations.Nullable;

/**
 * The only thing that travels between nodes: bytes in the shape of a task for the
 * receiving member's executor.
 */
final class Packet implements Callable<@Nullable Void>, HazelcastInstanceAware {

	/**
	 * Under this key the receiving member's user context holds its {@link Sink}.
	 */
	static final String SINK = "io.horde.sink";

	/**
	 * Larger than any packet that a node makes, so small that a stranger gains nothing by
	 * claiming it.
	 */
	static final int MAX_SIZE = 192 * 1024;

	private final byte[] bytes;

	private @Nullable HazelcastInstance receiver;

	Packet(byte[] bytes) {
		this.bytes = bytes;
	}

	@Override
	public void setHazelcastInstance(HazelcastInstance receiver) {
		this.receiver = receiver;
	}

	@Override
	public @Nullable Void call() {
		HazelcastInstance member = this.receiver;
		if (member != null && member.getUserContext().get(SINK) instanceof Sink sink) {
			sink.accept(this.bytes);
		}
		return null;
	}

	/**
	 * Where arriving packets go.
	 */
	@FunctionalInterface
	interface Sink {

		/**
		 * Take a packet, on one of Hazelcast's threads.
		 * @param bytes the packet, from outside
		 */
		void accept(byte[] bytes);

	}

	/**
	 * Writes and reads packets as plain bytes. What is read comes from a stranger until
	 * proved otherwise: a claimed length is checked before it is allocated.
	 */
	static final class Serializer implements StreamSerializer<Packet> {

		private static final int TYPE_ID = MessageFilter.PACKET_TYPE;

		@Override
		public int getTypeId() {
			return TYPE_ID;
		}

		@Override
		public void write(ObjectDataOutput out, Packet packet) throws IOException {
			out.writeInt(packet.bytes.length);
			out.write(packet.bytes);
		}

		@Override
		public Packet read(ObjectDataInput in) throws IOException {
			int length = in.readInt();
			if (length < 0 || length > MAX_SIZE) {
				return new Packet(new byte[0]);
			}
			byte[] bytes = new byte[length];
			in.readFully(bytes);
			return new Packet(bytes);
		}

	}

}
