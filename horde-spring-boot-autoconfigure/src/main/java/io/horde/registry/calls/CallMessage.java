package io.horde.registry.calls;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.horde.crdt.ReplicaId;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import io.horde.wire.MalformedFrameException;
import org.jspecify.annotations.Nullable;

/**
 * What nodes tell each other about calls by name.
 */
public sealed interface CallMessage {

	/**
	 * Ask a process to run a method.
	 *
	 * @param id grows by one with every request of one node to another, whatever becomes
	 * of it; a second request with the same id is a copy made by the network
	 * @param name the name that is called, which the process must still hold, or
	 * {@code null} if it is called as a member of a group
	 * @param process the id of the process
	 * @param api the name of the interface
	 * @param method the name of the method
	 * @param fingerprint that of the signature that the caller knows (N11)
	 * @param arguments the encoded arguments
	 * @param timeoutMillis how long the caller still waits, counted from the arrival, so
	 * that clocks need not agree
	 * @param oneWay whether no answer is wanted
	 * @param chain the processes whose calls led to this one, the first caller first (N8)
	 * @param headers what interceptors gave along
	 */
	record Request(long id, @Nullable String name, String process, String api, String method, long fingerprint,
			List<byte[]> arguments, long timeoutMillis, boolean oneWay, List<Caller> chain,
			Map<String, String> headers) implements CallMessage {

		@Override
		public void deliver(ReplicaId from, Receiver receiver) {
			receiver.requested(from, this);
		}

		@Override
		public byte[] toFrame() {
			FrameWriter writer = new FrameWriter();
			return writer.array(12)
				.longValue(REQUEST)
				.longValue(this.id)
				.stringOrNil(this.name)
				.string(this.process)
				.string(this.api)
				.string(this.method)
				.longValue(this.fingerprint)
				.list(this.arguments, writer::bytes)
				.longValue(this.timeoutMillis)
				.bool(this.oneWay)
				.list(this.chain, (caller) -> caller.write(writer))
				.map(this.headers, writer::string, writer::string)
				.toBytes();
		}

	}

	/**
	 * What has become of a request.
	 */
	sealed interface Answer extends CallMessage {

		/**
		 * Return the id of the request.
		 */
		long id();

	}

	/**
	 * The method returned.
	 *
	 * @param id the id of the request
	 * @param value the encoded result, or {@code null} if the method has none
	 */
	record Result(long id, byte @Nullable [] value) implements Answer {

		@Override
		public void deliver(ReplicaId from, Receiver receiver) {
			receiver.returned(from, this);
		}

		@Override
		public byte[] toFrame() {
			return new FrameWriter().array(3).longValue(RESULT).longValue(this.id).bytesOrNil(this.value).toBytes();
		}

	}

	/**
	 * There is no result.
	 *
	 * @param id the id of the request
	 * @param kind why
	 * @param message a sentence, or the exception's message
	 * @param thrown what the method threw, if it threw
	 */
	record Failure(long id, Kind kind, @Nullable String message, @Nullable Thrown thrown) implements Answer {

		Failure(long id, Kind kind, @Nullable String message) {
			this(id, kind, message, null);
		}

		@Override
		public void deliver(ReplicaId from, Receiver receiver) {
			receiver.failed(from, this);
		}

		@Override
		public byte[] toFrame() {
			FrameWriter writer = new FrameWriter();
			writer.array(5)
				.longValue(FAILURE)
				.longValue(this.id)
				.longValue(this.kind.ordinal())
				.stringOrNil(this.message);
			if (this.thrown != null) {
				this.thrown.write(writer);
			}
			else {
				writer.nil();
			}
			return writer.toBytes();
		}

	}

	/**
	 * Nobody waits for a request any more (N7).
	 *
	 * @param id the id of the request
	 */
	record Cancel(long id) implements CallMessage {

		@Override
		public void deliver(ReplicaId from, Receiver receiver) {
			receiver.cancelled(from, this);
		}

		@Override
		public byte[] toFrame() {
			return new FrameWriter().array(2).longValue(CANCEL).longValue(this.id).toBytes();
		}

	}

	/**
	 * A process whose call led to another one.
	 *
	 * @param process its id
	 * @param name the name it is registered by, if it has one
	 * @param epoch which run of it
	 * @param busy whether it takes no other call until this one has ended
	 * @param waitMillis how long it still waits for the end of its call, 0 if it does not
	 */
	record Caller(String process, @Nullable String name, long epoch, boolean busy, long waitMillis) {

		private void write(FrameWriter writer) {
			writer.array(5)
				.string(this.process)
				.stringOrNil(this.name)
				.longValue(this.epoch)
				.bool(this.busy)
				.longValue(this.waitMillis);
		}

		private static Caller read(FrameReader reader) {
			return reader.array(() -> new Caller(reader.name(), reader.nameOrNil(), reader.longValue(), reader.bool(),
					reader.longValue()));
		}

	}

	/**
	 * What a method threw.
	 *
	 * @param types the class of the exception and its superclasses
	 * @param stack its stack, for people
	 * @param details what one of the JDK's carries beside its message
	 * @param properties the encoded properties of one that the method declares
	 */
	record Thrown(List<String> types, String stack, List<@Nullable String> details, byte @Nullable [] properties) {

		private void write(FrameWriter writer) {
			writer.array(4).list(this.types, writer::string).string(this.stack);
			writer.<@Nullable String>list(this.details, writer::stringOrNil).bytesOrNil(this.properties);
		}

		private static Thrown read(FrameReader reader) {
			return reader.array(() -> new Thrown(reader.list(reader::string), reader.string(),
					reader.<@Nullable String>list(reader::stringOrNil), reader.bytesOrNil()));
		}

	}

	/**
	 * Why there is no result. Frames carry the numbers.
	 */
	enum Kind {

		/**
		 * The method threw.
		 */
		THREW,

		/**
		 * The process is not here, is being stopped, or does not hold the name. The
		 * method did not run and will not, so the request may be made elsewhere (N4).
		 */
		GONE,

		/**
		 * The mailbox is full. The method did not run.
		 */
		MAILBOX_FULL,

		/**
		 * The process has no such method, or the arguments don't fit. It did not run.
		 */
		REFUSED,

		/**
		 * The method ran and its result can't be sent.
		 */
		NO_RESULT,

		/**
		 * The process has no such method, or knows it with other types: the message is
		 * its signature, if there is one (N11). It did not run.
		 */
		OTHER_VERSION

	}

	/**
	 * Number of the message {@link Request}.
	 */
	int REQUEST = 1;

	/**
	 * Number of the message {@link Result}.
	 */
	int RESULT = 2;

	/**
	 * Number of the message {@link Failure}.
	 */
	int FAILURE = 3;

	/**
	 * Number of the message {@link Cancel}.
	 */
	int CANCEL = 4;

	byte[] toFrame();

	/**
	 * Bring this message to whom it concerns.
	 */
	void deliver(ReplicaId from, Receiver receiver);

	/**
	 * Read a message.
	 * @param frame the frame
	 * @return the message
	 * @throws MalformedFrameException if it is none
	 */
	static CallMessage of(byte[] frame) {
		FrameReader reader = new FrameReader(frame);
		return reader.array(() -> of(reader.intValue(), reader));
	}

	private static CallMessage of(int type, FrameReader reader) {
		return switch (type) {
			case REQUEST -> new Request(reader.longValue(), reader.nameOrNil(), reader.name(), reader.name(),
					reader.name(), reader.longValue(), reader.list(reader::bytes), reader.longValue(), reader.bool(),
					reader.list(() -> Caller.read(reader)),
					reader.map(new TreeMap<>(), reader::string, reader::string));
			case RESULT -> new Result(reader.longValue(), reader.bytesOrNil());
			case FAILURE -> failure(reader);
			case CANCEL -> new Cancel(reader.longValue());
			default -> throw new MalformedFrameException("There is no message " + type + " about calls");
		};
	}

	private static Failure failure(FrameReader reader) {
		long id = reader.longValue();
		Kind kind = reader.oneOf(Kind.values());
		String message = reader.stringOrNil();
		Thrown thrown = reader.nil() ? null : Thrown.read(reader);
		if (kind == Kind.THREW && thrown == null) {
			throw new MalformedFrameException("A method threw nothing");
		}
		return new Failure(id, kind, message, thrown);
	}

	/**
	 * Takes messages of other nodes, on the loop.
	 */
	interface Receiver {

		void requested(ReplicaId from, Request request);

		void returned(ReplicaId from, Result result);

		void failed(ReplicaId from, Failure failure);

		void cancelled(ReplicaId from, Cancel cancel);

	}

}
