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

/**
 * How messages look in a frame: an array of the type, the last link of the sender's
 * pruning chain (R6), and the fields.
 */
public final class Messages implements Message.Handler<FrameWriter> {

	private static final int DELTAS = 0;

	private static final int ACK = 1;

	private static final int VECTOR_REQUEST = 2;

	private static final int VECTOR = 3;

	private static final int PULL = 4;

	private static final int PULL_END = 5;

	private static final int RECONCILE = 6;

	private static final int CHUNK = 7;

	private static final int NEXT = 8;

	private static final int SYMBOLS_REQUEST = 9;

	private static final int SYMBOLS = 10;

	private static final int ENTRIES_REQUEST = 11;

	private static final int ENTRIES = 12;

	private static final int SESSION_END = 13;

	private static final int PRUNABLE = 14;

	private static final int HISTORY = 15;

	/** Most frames, or the head of deltas. */
	private static final int SMALL_FRAME = 128;

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
		int deltas = (message instanceof Message.Deltas some) ? some.length() : 0;
		FrameWriter writer = new FrameWriter(SMALL_FRAME + deltas);
		message.deliverTo(this, writer);
		return writer.toBytes();
	}

	@Override
	public void deltas(FrameWriter writer, Message.Deltas message) {
		head(writer, DELTAS, message.runs().size());
		message.runs().forEach((run) -> run.write(writer, this.sender));
	}

	@Override
	public void ack(FrameWriter writer, Message.Ack message) {
		head(writer, ACK, 1).longValue(message.sequence());
	}

	@Override
	public void vectorRequest(FrameWriter writer, Message.VectorRequest message) {
		head(writer, VECTOR_REQUEST, 1).longValue(message.token());
	}

	@Override
	public void vector(FrameWriter writer, Message.Vector message) {
		writeContext(head(writer, VECTOR, 4).longValue(message.token()), message.seen());
		writer.longValue(message.digest()).bool(message.joining());
	}

	@Override
	public void pull(FrameWriter writer, Message.Pull message) {
		writeVector(head(writer, PULL, 2).longValue(message.token()), message.after());
	}

	@Override
	public void pullEnd(FrameWriter writer, Message.PullEnd message) {
		head(writer, PULL_END, 2).longValue(message.token()).longValue(message.outcome().ordinal());
	}

	@Override
	public void prunable(FrameWriter writer, Message.Prunable message) {
		writeVector(head(writer, PRUNABLE, 1), message.digests());
	}

	@Override
	public void history(FrameWriter writer, Message.History message) {
		message.chain().write(head(writer, HISTORY, 2));
		writer.array(message.ages().size());
		message.ages().forEach(writer::longValue);
	}

	@Override
	public void reconcile(FrameWriter writer, Message.Reconcile message) {
		writeContext(head(writer, RECONCILE, 2).longValue(message.session()), message.seen());
	}

	@Override
	public void chunk(FrameWriter writer, Message.Chunk message) {
		head(writer, CHUNK, 5).longValue(message.session()).longValue(message.number()).bool(message.last());
		writeContext(writer, message.seen());
		writer.items(message.entries());
	}

	@Override
	public void next(FrameWriter writer, Message.Next message) {
		head(writer, NEXT, 3).longValue(message.session()).longValue(message.number()).bool(message.again());
	}

	@Override
	public void symbolsRequest(FrameWriter writer, Message.SymbolsRequest message) {
		head(writer, SYMBOLS_REQUEST, 3).longValue(message.session()).longValue(message.from()).longValue(message.to());
	}

	@Override
	public void symbols(FrameWriter writer, Message.Symbols message) {
		head(writer, SYMBOLS, 3).longValue(message.session()).longValue(message.from());
		writer.array(message.symbols().length);
		for (long value : message.symbols()) {
			writer.longValue(value);
		}
	}

	@Override
	public void entriesRequest(FrameWriter writer, Message.EntriesRequest message) {
		head(writer, ENTRIES_REQUEST, 3).longValue(message.session()).longValue(message.number());
		writer.array(message.keys().size());
		message.keys().forEach((key) -> writer.array(2).longValue(key.map()).string(key.key()));
	}

	@Override
	public void entries(FrameWriter writer, Message.Entries message) {
		head(writer, ENTRIES, 4).longValue(message.session())
			.longValue(message.number())
			.longValue(message.answered())
			.items(message.entries());
	}

	@Override
	public void sessionEnd(FrameWriter writer, Message.SessionEnd message) {
		head(writer, SESSION_END, 2).longValue(message.session()).bool(message.asked());
	}

	private FrameWriter head(FrameWriter writer, int type, int fields) {
		return writer.array(2 + fields).longValue(type).longValue(this.link);
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
		return switch (type) {
			case DELTAS -> new Message.Deltas(reader.items(fields, () -> Run.read(reader, frame, sender)));
			case ACK -> new Message.Ack(reader.longValue());
			case VECTOR_REQUEST -> new Message.VectorRequest(reader.longValue());
			case VECTOR ->
				new Message.Vector(reader.longValue(), readContext(reader), reader.longValue(), reader.bool());
			case PULL -> new Message.Pull(reader.longValue(), readVector(reader));
			case PRUNABLE -> new Message.Prunable(readVector(reader));
			case HISTORY -> readHistory(reader);
			case PULL_END -> new Message.PullEnd(reader.longValue(), reader.oneOf(Message.PullEnd.Outcome.values()));
			default -> readSession(type, reader);
		};
	}

	private static Message readSession(int type, FrameReader reader) {
		long session = reader.longValue();
		return switch (type) {
			case RECONCILE -> new Message.Reconcile(session, readContext(reader));
			case CHUNK ->
				new Message.Chunk(session, reader.longValue(), reader.bool(), readContext(reader), reader.item());
			case NEXT -> new Message.Next(session, reader.longValue(), reader.bool());
			case SYMBOLS_REQUEST -> new Message.SymbolsRequest(session, reader.intValue(), reader.intValue());
			case SYMBOLS -> {
				int from = reader.intValue();
				long[] symbols = new long[reader.array()];
				for (int i = 0; i < symbols.length; i++) {
					symbols[i] = reader.longValue();
				}
				yield new Message.Symbols(session, from, symbols);
			}
			case ENTRIES_REQUEST ->
				new Message.EntriesRequest(session, reader.longValue(), reader.list(() -> readKey(reader)));
			case ENTRIES -> new Message.Entries(session, reader.longValue(), reader.intValue(), reader.item());
			case SESSION_END -> new Message.SessionEnd(session, reader.bool());
			default -> throw new MalformedFrameException("An unknown type of message: " + type);
		};
	}

	private static Message.MapKey readKey(FrameReader reader) {
		reader.array();
		Message.MapKey key = new Message.MapKey(reader.intValue(), reader.string());
		reader.end();
		return key;
	}

	private static Message.History readHistory(FrameReader reader) {
		PruningChain chain = PruningChain.read(reader);
		List<Long> ages = reader.list(reader::longValue);
		if (ages.size() != chain.links().size()) {
			throw new MalformedFrameException(
					"A chain of " + chain.links().size() + " links and " + ages.size() + " ages");
		}
		return new Message.History(chain, ages);
	}

	private static void writeVector(FrameWriter writer, Map<ReplicaId, Long> vector) {
		writer.array(vector.size());
		vector.forEach((origin, sequence) -> DotCodec.writeItems(origin, writer.array(3)).longValue(sequence));
	}

	private static Map<ReplicaId, Long> readVector(FrameReader reader) {
		int count = reader.array();
		Map<ReplicaId, Long> vector = new LinkedHashMap<>();
		for (int i = 0; i < count; i++) {
			reader.array();
			vector.put(DotCodec.readItems(reader), reader.longValue());
			reader.end();
		}
		reader.end();
		return vector;
	}

	private static void writeContext(FrameWriter writer, CausalContext context) {
		writer.array(2);
		writeVector(writer, context.vector());
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

	private static CausalContext readContext(FrameReader reader) {
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
