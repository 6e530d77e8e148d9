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
	 * @param arguments the encoded arguments
	 * @param timeoutMillis how long the caller still waits, counted from the arrival, so
	 * that clocks need not agree
	 * @param oneWay whether no answer is wanted
	 * @param chain the processes whose calls led to this one, the first caller first
	 * @param headers what interceptors gave along
	 */
	record Request(long id, @Nullable String name, String process, String api, String method, List<byte[]> arguments,
			long timeoutMillis, boolean oneWay, List<String> chain,
			Map<String, String> headers) implements CallMessage {

		@Override
		public void deliver(ReplicaId from, Receiver receiver) {
			receiver.requested(from, this);
		}

		@Override
		public byte[] toFrame() {
			FrameWriter writer = new FrameWriter();
			return writer.array(11)
				.longValue(REQUEST)
				.longValue(this.id)
				.stringOrNil(this.name)
				.string(this.process)
				.string(this.api)
				.string(this.method)
				.list(this.arguments, writer::bytes)
				.longValue(this.timeoutMillis)
				.bool(this.oneWay)
				.list(this.chain, writer::string)
				.map(this.headers, writer::string, writer::string)
				.toBytes();
		}

	}

	/**
	 * The method returned.
	 *
	 * @param id the id of the request
	 * @param value the encoded result, or {@code null} if the method has none
	 */
	record Result(long id, byte @Nullable [] value) implements CallMessage {

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
	 * @param types the class of the exception and its superclasses, if the method threw
	 * @param message a sentence, or the exception's message
	 * @param stack the exception's stack, for people
	 */
	record Failure(long id, Kind kind, List<String> types, @Nullable String message,
			String stack) implements CallMessage {

		@Override
		public void deliver(ReplicaId from, Receiver receiver) {
			receiver.failed(from, this);
		}

		@Override
		public byte[] toFrame() {
			FrameWriter writer = new FrameWriter();
			return writer.array(6)
				.longValue(FAILURE)
				.longValue(this.id)
				.longValue(this.kind.ordinal())
				.list(this.types, writer::string)
				.stringOrNil(this.message)
				.string(this.stack)
				.toBytes();
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
		NO_RESULT

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
					reader.name(), reader.list(reader::bytes), reader.longValue(), reader.bool(),
					reader.list(reader::string), reader.map(new TreeMap<>(), reader::string, reader::string));
			case RESULT -> new Result(reader.longValue(), reader.bytesOrNil());
			case FAILURE -> new Failure(reader.longValue(), reader.oneOf(Kind.values()), reader.list(reader::string),
					reader.stringOrNil(), reader.string());
			default -> throw new MalformedFrameException("There is no message " + type + " about calls");
		};
	}

	/**
	 * Takes messages of other nodes, on the loop.
	 */
	interface Receiver {

		void requested(ReplicaId from, Request request);

		void returned(ReplicaId from, Result result);

		void failed(ReplicaId from, Failure failure);

	}

}
