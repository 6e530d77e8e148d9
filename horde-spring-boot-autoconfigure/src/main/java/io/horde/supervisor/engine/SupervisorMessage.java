package io.horde.supervisor.engine;

import java.util.ArrayList;
import java.util.List;

import io.horde.crdt.Dot;
import io.horde.crdt.DotCodec;
import io.horde.crdt.ReplicaId;
import io.horde.replication.Replicator;
import io.horde.supervisor.ownership.RestartHistory;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import io.horde.wire.MalformedFrameException;
import org.jspecify.annotations.Nullable;

/**
 * What supervisors tell each other. All but hand-overs only speed up what the replicated
 * maps tell too, or say why something failed: any of these may be lost.
 */
sealed interface SupervisorMessage {

	/**
	 * Encode the message.
	 */
	byte[] toFrame();

	/**
	 * Bring the message to the room that it is for.
	 */
	void deliver(ReplicaId from, Receivers receivers);

	/**
	 * Decode a message.
	 * @throws MalformedFrameException if it is none
	 */
	static SupervisorMessage of(byte[] frame) {
		FrameReader reader = new FrameReader(frame);
		reader.array();
		int type = reader.intValue();
		return switch (type) {
			case StartCommand.TYPE -> new StartCommand(reader.bytes());
			case StartFailed.TYPE -> new StartFailed(reader.string(), DotCodec.readDotOrNil(reader),
					Failure.of(reader.intValue()), reader.string(), reader.stringOrNil());
			case HandOverCommand.TYPE -> HandOverCommand.read(reader);
			case HandOverRefused.TYPE -> new HandOverRefused(reader.string(), reader.longValue(), reader.string());
			case MoveRequest.TYPE -> new MoveRequest(reader.string(), reader.string());
			case MoveFailed.TYPE -> new MoveFailed(reader.string(), reader.string());
			case RestartRequest.TYPE -> new RestartRequest(reader.string());
			case ChildQuestion.TYPE -> new ChildQuestion(reader.longValue(), reader.string());
			case ChildAnswer.TYPE -> ChildAnswer.read(reader);
			case HoldQuestion.TYPE -> HoldQuestion.read(reader);
			case HoldAnswer.TYPE -> new HoldAnswer(reader.longValue());
			default -> throw new MalformedFrameException("Unknown message type " + type + " of the supervisor");
		};
	}

	/**
	 * Start the children that these writes place on the receiver (O2).
	 *
	 * @param delta desired entries and placements
	 */
	record StartCommand(byte[] delta) implements SupervisorMessage {

		static final int TYPE = 1;

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.replicator().merge(this.delta);
		}

		@Override
		public byte[] toFrame() {
			return new FrameWriter(this.delta.length + 16).array(2).longValue(TYPE).bytes(this.delta).toBytes();
		}

	}

	/**
	 * A first start failed, and the desired entry is removed.
	 *
	 * @param id the child
	 * @param desired the desired entry
	 * @param failure in which way
	 * @param message what happened
	 * @param holder the child that has the name
	 */
	record StartFailed(String id, @Nullable Dot desired, Failure failure, String message,
			@Nullable String holder) implements SupervisorMessage {

		static final int TYPE = 2;

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.starts().answered(this);
		}

		@Override
		public byte[] toFrame() {
			FrameWriter writer = new FrameWriter().array(6).longValue(TYPE).string(this.id);
			DotCodec.writeOrNil(this.desired, writer);
			return writer.longValue(this.failure.ordinal()).string(this.message).stringOrNil(this.holder).toBytes();
		}

	}

	/**
	 * Run these children, which the sender has stopped (O6).
	 *
	 * @param children the children
	 */
	record HandOverCommand(List<HandedOver> children) implements SupervisorMessage {

		static final int TYPE = 3;

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.handOverReceiver().received(from, this);
		}

		@Override
		public byte[] toFrame() {
			FrameWriter writer = new FrameWriter().array(2).longValue(TYPE).array(this.children.size());
			for (HandedOver child : this.children) {
				writer.array(5).string(child.id());
				DotCodec.writeOrNil(child.desired(), writer);
				writer.longValue(child.epoch());
				child.history().write(writer);
				writer.bytesOrNil(child.state());
			}
			return writer.toBytes();
		}

		private static HandOverCommand read(FrameReader reader) {
			List<HandedOver> children = new ArrayList<>();
			for (int left = reader.array(); left > 0; left--) {
				reader.array();
				children.add(new HandedOver(reader.string(), DotCodec.readDotOrNil(reader), reader.longValue(),
						RestartHistory.read(reader), reader.bytesOrNil()));
				reader.end();
			}
			return new HandOverCommand(children);
		}

	}

	/**
	 * One child of a hand-over.
	 *
	 * @param id the child
	 * @param desired the desired entry that it serves, or {@code null} for a static child
	 * @param epoch the epoch of the copy that was stopped
	 * @param history its restarts
	 * @param state its state
	 */
	record HandedOver(String id, @Nullable Dot desired, long epoch, RestartHistory history, byte @Nullable [] state) {

	}

	/**
	 * The sender does not take a child over.
	 *
	 * @param id the child
	 * @param epoch the epoch of the copy that was stopped
	 * @param reason why not
	 */
	record HandOverRefused(String id, long epoch, String reason) implements SupervisorMessage {

		static final int TYPE = 4;

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.handOverSender().refused(this);
		}

		@Override
		public byte[] toFrame() {
			return new FrameWriter().array(4)
				.longValue(TYPE)
				.string(this.id)
				.longValue(this.epoch)
				.string(this.reason)
				.toBytes();
		}

	}

	/**
	 * Move a child of the receiver.
	 *
	 * @param id the child
	 * @param member where to
	 */
	record MoveRequest(String id, String member) implements SupervisorMessage {

		static final int TYPE = 5;

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.moves().received(from, this);
		}

		@Override
		public byte[] toFrame() {
			return new FrameWriter().array(3).longValue(TYPE).string(this.id).string(this.member).toBytes();
		}

	}

	/**
	 * A move that the receiver asked for failed.
	 *
	 * @param id the child
	 * @param reason why
	 */
	record MoveFailed(String id, String reason) implements SupervisorMessage {

		static final int TYPE = 6;

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.moves().failed(this);
		}

		@Override
		public byte[] toFrame() {
			return new FrameWriter().array(3).longValue(TYPE).string(this.id).string(this.reason).toBytes();
		}

	}

	/**
	 * Start a child of the receiver that waits for its next start.
	 *
	 * @param id the child
	 */
	record RestartRequest(String id) implements SupervisorMessage {

		static final int TYPE = 7;

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.restarts().hurry(this.id);
		}

		@Override
		public byte[] toFrame() {
			return new FrameWriter().array(2).longValue(TYPE).string(this.id).toBytes();
		}

	}

	/**
	 * Asks whether the receiver has merged a write of the sender (O9).
	 *
	 * @param number comes back with the answer
	 * @param dot the write
	 */
	record HoldQuestion(long number, Dot dot) implements SupervisorMessage {

		static final int TYPE = 10;

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.seats().asked(from, this);
		}

		@Override
		public byte[] toFrame() {
			FrameWriter writer = new FrameWriter().array(3).longValue(TYPE).longValue(this.number);
			DotCodec.writeOrNil(this.dot, writer);
			return writer.toBytes();
		}

		private static HoldQuestion read(FrameReader reader) {
			long number = reader.longValue();
			Dot dot = DotCodec.readDotOrNil(reader);
			if (dot == null) {
				throw new MalformedFrameException("Found nothing where a dot is expected");
			}
			return new HoldQuestion(number, dot);
		}

	}

	/**
	 * It has.
	 *
	 * @param number from the question
	 */
	record HoldAnswer(long number) implements SupervisorMessage {

		static final int TYPE = 11;

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.seats().answered(from, this);
		}

		@Override
		public byte[] toFrame() {
			return new FrameWriter().array(2).longValue(TYPE).longValue(this.number).toBytes();
		}

	}

	/**
	 * Tell which desired entries of a child you have.
	 *
	 * @param number of the question
	 * @param id the child
	 */
	record ChildQuestion(long number, String id) implements SupervisorMessage {

		static final int TYPE = 8;

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.peers().asked(from, this);
		}

		@Override
		public byte[] toFrame() {
			return new FrameWriter().array(3).longValue(TYPE).longValue(this.number).string(this.id).toBytes();
		}

	}

	/**
	 * The answer to a question.
	 *
	 * @param number of the question
	 * @param dots the entries
	 */
	record ChildAnswer(long number, List<Dot> dots) implements SupervisorMessage {

		static final int TYPE = 9;

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.peers().answered(from, this);
		}

		@Override
		public byte[] toFrame() {
			FrameWriter writer = new FrameWriter().array(3)
				.longValue(TYPE)
				.longValue(this.number)
				.array(this.dots.size());
			this.dots.forEach((dot) -> DotCodec.writeOrNil(dot, writer));
			return writer.toBytes();
		}

		private static ChildAnswer read(FrameReader reader) {
			long number = reader.longValue();
			List<Dot> dots = new ArrayList<>();
			for (int left = reader.array(); left > 0; left--) {
				Dot dot = DotCodec.readDotOrNil(reader);
				if (dot != null) {
					dots.add(dot);
				}
			}
			return new ChildAnswer(number, dots);
		}

	}

	/**
	 * The rooms that messages are for.
	 */
	record Receivers(Replicator replicator, StartCoordinator starts, HandOverReceiver handOverReceiver,
			HandOverSender handOverSender, RequestedMoves moves, Restarts restarts, SeatHolders seats,
			PeerKnowledge peers) {

	}

	/**
	 * In which way a first start failed.
	 */
	enum Failure {

		ERROR, IGNORED, NAME_TAKEN, MAX_CHILDREN, NOT_ELIGIBLE;

		static Failure of(int ordinal) {
			return (ordinal >= 0 && ordinal < values().length) ? values()[ordinal] : ERROR;
		}

	}

}
