package io.horde.replication.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import io.horde.crdt.CausalContext;
import io.horde.crdt.Dot;
import io.horde.crdt.ReplicaId;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import io.horde.wire.MalformedFrameException;

/**
 * How messages look in a frame: an array of the type, the last link of the sender's chain
 * of forgets (R6), and the fields.
 */
public final class Messages {

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

	private static final int ASK = 11;

	private static final int TOLD = 12;

	private static final int SESSION_END = 13;

	private static final int QUIET = 14;

	private static final int FORGETS = 15;

	/** Most frames, or the head of deltas. */
	private static final int SMALL_FRAME = 128;

	private Messages() {
	}

	public static byte[] write(Message message, ReplicaId sender, long link) {
		FrameWriter writer = new FrameWriter(capacity(message));
		if (message instanceof Message.Deltas deltas) {
			head(writer, DELTAS, link, deltas.runs().size());
			deltas.runs().forEach((run) -> run.write(writer, sender));
		}
		else if (message instanceof Message.Ack ack) {
			head(writer, ACK, link, 1).longValue(ack.sequence());
		}
		else if (message instanceof Message.VectorRequest request) {
			head(writer, VECTOR_REQUEST, link, 1).longValue(request.token());
		}
		else if (message instanceof Message.Vector vector) {
			writeContext(head(writer, VECTOR, link, 4).longValue(vector.token()), vector.seen());
			writer.longValue(vector.digest()).bool(vector.joining());
		}
		else if (message instanceof Message.Pull pull) {
			writeVector(head(writer, PULL, link, 2).longValue(pull.token()), pull.after());
		}
		else if (message instanceof Message.PullEnd end) {
			head(writer, PULL_END, link, 2).longValue(end.token()).longValue(end.outcome().ordinal());
		}
		else if (message instanceof Message.Quiet quiet) {
			writeVector(head(writer, QUIET, link, 1), quiet.digests());
		}
		else if (message instanceof Message.Forgets forgets) {
			forgets.chain().write(head(writer, FORGETS, link, 2));
			writer.array(forgets.ages().size());
			forgets.ages().forEach(writer::longValue);
		}
		else {
			writeSession(writer, message, link);
		}
		return writer.toBytes();
	}

	private static int capacity(Message message) {
		return SMALL_FRAME + ((message instanceof Message.Deltas deltas) ? deltas.length() : 0);
	}

	private static void writeSession(FrameWriter writer, Message message, long link) {
		if (message instanceof Message.Reconcile reconcile) {
			writeContext(head(writer, RECONCILE, link, 2).longValue(reconcile.session()), reconcile.seen());
		}
		else if (message instanceof Message.Chunk chunk) {
			head(writer, CHUNK, link, 5).longValue(chunk.session()).longValue(chunk.number()).bool(chunk.last());
			writeContext(writer, chunk.seen());
			writer.items(chunk.entries());
		}
		else if (message instanceof Message.Next next) {
			head(writer, NEXT, link, 3).longValue(next.session()).longValue(next.number()).bool(next.again());
		}
		else if (message instanceof Message.SymbolsRequest request) {
			head(writer, SYMBOLS_REQUEST, link, 3).longValue(request.session())
				.longValue(request.from())
				.longValue(request.to());
		}
		else if (message instanceof Message.Symbols symbols) {
			head(writer, SYMBOLS, link, 3).longValue(symbols.session()).longValue(symbols.from());
			writer.array(symbols.symbols().length);
			for (long value : symbols.symbols()) {
				writer.longValue(value);
			}
		}
		else if (message instanceof Message.Ask ask) {
			head(writer, ASK, link, 3).longValue(ask.session()).longValue(ask.number()).array(ask.keys().size());
			ask.keys().forEach((key) -> writer.array(2).longValue(key.map()).string(key.key()));
		}
		else if (message instanceof Message.Told told) {
			head(writer, TOLD, link, 4).longValue(told.session())
				.longValue(told.number())
				.longValue(told.answered())
				.items(told.entries());
		}
		else if (message instanceof Message.SessionEnd end) {
			head(writer, SESSION_END, link, 2).longValue(end.session()).bool(end.asked());
		}
	}

	private static FrameWriter head(FrameWriter writer, int type, long link, int fields) {
		return writer.array(2 + fields).longValue(type).longValue(link);
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
			case DELTAS -> {
				List<Run> runs = new ArrayList<>(fields);
				for (int i = 0; i < fields; i++) {
					runs.add(Run.read(reader, frame, sender));
				}
				yield new Message.Deltas(runs);
			}
			case ACK -> new Message.Ack(reader.longValue());
			case VECTOR_REQUEST -> new Message.VectorRequest(reader.longValue());
			case VECTOR ->
				new Message.Vector(reader.longValue(), readContext(reader), reader.longValue(), reader.bool());
			case PULL -> new Message.Pull(reader.longValue(), readVector(reader));
			case QUIET -> new Message.Quiet(readVector(reader));
			case FORGETS -> readForgets(reader);
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
			case ASK -> {
				long number = reader.longValue();
				int count = reader.array();
				List<Message.MapKey> keys = new ArrayList<>(count);
				for (int i = 0; i < count; i++) {
					reader.array();
					keys.add(new Message.MapKey(reader.intValue(), reader.string()));
					reader.end();
				}
				yield new Message.Ask(session, number, keys);
			}
			case TOLD -> new Message.Told(session, reader.longValue(), reader.intValue(), reader.item());
			case SESSION_END -> new Message.SessionEnd(session, reader.bool());
			default -> throw new MalformedFrameException("An unknown type of message: " + type);
		};
	}

	private static Message.Forgets readForgets(FrameReader reader) {
		PruningChain chain = PruningChain.read(reader);
		int count = reader.array();
		List<Long> ages = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			ages.add(reader.longValue());
		}
		reader.end();
		if (count != chain.links().size()) {
			throw new MalformedFrameException("A chain of " + chain.links().size() + " links and " + count + " ages");
		}
		return new Message.Forgets(chain, ages);
	}

	private static void writeVector(FrameWriter writer, Map<ReplicaId, Long> vector) {
		writer.array(vector.size());
		vector.forEach((origin, sequence) -> Codecs.writeReplica(writer.array(3), origin).longValue(sequence));
	}

	private static Map<ReplicaId, Long> readVector(FrameReader reader) {
		int count = reader.array();
		Map<ReplicaId, Long> vector = new LinkedHashMap<>();
		for (int i = 0; i < count; i++) {
			reader.array();
			vector.put(Codecs.readReplica(reader), reader.longValue());
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
			Codecs.writeReplica(writer.array(2 + dots.size()), origin);
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
			ReplicaId origin = Codecs.readReplica(reader);
			long sequence = 0;
			for (int j = 0; j < dots; j++) {
				sequence += reader.longValue();
				singles.add(new Dot(origin, sequence));
			}
			reader.end();
		}
		reader.end();
		reader.end();
		return CausalContext.of(vector, singles);
	}

}
