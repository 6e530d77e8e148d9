package io.horde.replication.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import io.horde.crdt.CausalContext;
import io.horde.crdt.Dot;
import io.horde.crdt.DotCodec;
import io.horde.crdt.ReplicaId;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import io.horde.wire.MalformedFrameException;
import io.horde.wire.RecordCodec;

/**
 * How messages look in a frame: an array of the type, the last link of the sender's
 * pruning chain (R6), and the fields.
 */
public final class Messages {

	private static final int DELTAS = 0;

	@SuppressWarnings("unchecked")
	private static final RecordCodec<Message> OTHERS = new RecordCodec<Message>()
		.with(byte[].class, (item, writer) -> writer.items(item), FrameReader::item)
		.with(Map.class, (vector, writer) -> writeVector(vector, writer), Messages::readVector)
		.with(CausalContext.class, Messages::writeContext, Messages::readContext)
		.with(PruningChain.class, PruningChain::write, PruningChain::read)
		.message(1, Message.Ack.class)
		.message(2, Message.VectorRequest.class)
		.message(3, Message.Vector.class)
		.message(4, Message.Pull.class)
		.message(5, Message.PullEnd.class)
		.message(6, Message.Reconcile.class)
		.message(7, Message.Chunk.class)
		.message(8, Message.Next.class)
		.message(9, Message.SymbolsRequest.class)
		.message(10, Message.Symbols.class)
		.message(11, Message.EntriesRequest.class)
		.message(12, Message.Entries.class)
		.message(13, Message.SessionEnd.class)
		.message(14, Message.Prunable.class)
		.message(15, Message.History.class);

	private static final int DELTAS_HEAD = 128;

	private final ReplicaId sender;

	private final long link;

	/**
	 * Creates what writes the messages of a sender.
	 * @param link the last link of its pruning chain
	 */
	public Messages(ReplicaId sender, long link) {
		this.sender = sender;
		this.link = link;
	}

	public long link() {
		return this.link;
	}

	public byte[] write(Message message) {
		return (message instanceof Message.Deltas deltas) ? write(deltas) : OTHERS.frame(message, this.link);
	}

	private byte[] write(Message.Deltas deltas) {
		FrameWriter writer = new FrameWriter(DELTAS_HEAD + deltas.length());
		writer.array(2 + deltas.runs().size()).longValue(DELTAS).longValue(this.link);
		deltas.runs().forEach((run) -> run.write(writer, this.sender));
		return writer.toBytes();
	}

	/**
	 * Return the last link of the chain of the sender of a frame.
	 */
	public static long link(byte[] frame) {
		FrameReader reader = new FrameReader(frame);
		reader.array();
		reader.intValue();
		return reader.longValue();
	}

	public static Message read(byte[] frame, ReplicaId sender) {
		FrameReader reader = new FrameReader(frame);
		int fields = reader.array() - 2;
		int type = reader.intValue();
		reader.longValue();
		Message message = (type == DELTAS)
				? new Message.Deltas(reader.items(fields, () -> Run.read(reader, frame, sender)))
				: OTHERS.read(type, reader);
		if (message == null) {
			throw new MalformedFrameException("An unknown type of message: " + type);
		}
		return message;
	}

	private static void writeVector(Map<ReplicaId, Long> vector, FrameWriter writer) {
		writer.list(vector.entrySet(),
				(entry) -> DotCodec.writeItems(entry.getKey(), writer.array(3)).longValue(entry.getValue()));
	}

	private static Map<ReplicaId, Long> readVector(FrameReader reader) {
		Map<ReplicaId, Long> vector = new LinkedHashMap<>();
		for (int left = reader.array(); left > 0; left--) {
			reader.array(() -> vector.put(DotCodec.readItems(reader), reader.longValue()));
		}
		reader.end();
		return vector;
	}

	/**
	 * Write what a replica has seen.
	 */
	public static void writeContext(CausalContext context, FrameWriter writer) {
		writeVector(context.vector(), writer.array(2));
		SortedMap<ReplicaId, List<Dot>> singles = new TreeMap<>();
		context.singles().forEach((dot) -> singles.computeIfAbsent(dot.replica(), (id) -> new ArrayList<>()).add(dot));
		writer.array(singles.size());
		singles.forEach((origin, dots) -> {
			DotCodec.writeItems(origin, writer.array(2 + dots.size()));
			long last = 0;
			for (Dot dot : dots) {
				writer.longValue(dot.sequence() - last);
				last = dot.sequence();
			}
		});
	}

	/**
	 * Read what a replica has seen.
	 */
	public static CausalContext readContext(FrameReader reader) {
		reader.array();
		SortedMap<ReplicaId, Long> vector = new TreeMap<>(readVector(reader));
		int count = reader.array();
		List<Dot> singles = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			int dots = reader.array() - 2;
			ReplicaId origin = DotCodec.readItems(reader);
			long sequence = 0;
			for (int j = 0; j < dots; j++) {
				sequence += reader.longValue();
				singles.add(DotCodec.dot(origin, sequence));
			}
			reader.end();
		}
		reader.end();
		reader.end();
		return CausalContext.of(vector, singles);
	}

}
