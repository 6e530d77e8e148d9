package io.horde.supervisor.engine;

import java.util.List;

import io.horde.crdt.CausalContext;
import io.horde.crdt.Dot;
import io.horde.crdt.DotCodec;
import io.horde.crdt.ReplicaId;
import io.horde.replication.Replicator;
import io.horde.replication.protocol.Messages;
import io.horde.supervisor.ownership.RestartHistory;
import io.horde.wire.MalformedFrameException;
import io.horde.wire.RecordCodec;
import org.jspecify.annotations.Nullable;

/**
 * What supervisors tell each other. All but hand-overs only speed up what the replicated
 * maps tell too, or say why something failed: any of these may be lost. Frames have the
 * components in their order.
 */
sealed interface SupervisorMessage {

	int MAX_TEXT = 2000;

	RecordCodec<SupervisorMessage> CODEC = new RecordCodec<SupervisorMessage>()
		.with(Dot.class, DotCodec::write, DotCodec::readDot)
		.with(CausalContext.class, Messages::writeContext, Messages::readContext)
		.with(RestartHistory.class, RestartHistory::write, RestartHistory::read)
		.with(Failure.class, (failure, writer) -> writer.longValue(failure.ordinal()),
				(reader) -> Failure.of(reader.intValue()))
		.message(1, StartCommand.class)
		.message(2, StartFailed.class)
		.message(3, HandOverCommand.class)
		.message(4, HandOverRefused.class)
		.message(5, MoveRequest.class)
		.message(6, MoveFailed.class)
		.message(7, RestartRequest.class)
		.message(8, ChildQuestion.class)
		.message(9, ChildAnswer.class)
		.message(10, HoldQuestion.class)
		.message(11, HoldAnswer.class)
		.message(12, OwnershipQuestion.class)
		.message(13, OwnershipAnswer.class);

	/**
	 * Bring the message to the room that it is for.
	 */
	void deliver(ReplicaId from, Receivers receivers);

	/**
	 * Encode the message.
	 */
	default byte[] toFrame() {
		return CODEC.frame(this);
	}

	/**
	 * Decode a message.
	 * @throws MalformedFrameException if it is none
	 */
	static SupervisorMessage of(byte[] frame) {
		return CODEC.read(frame, "of the supervisor");
	}

	/**
	 * Return as much of what users' code has said as is of use: it may say anything.
	 */
	private static String shortened(String text) {
		return (text.length() > MAX_TEXT) ? text.substring(0, MAX_TEXT) : text;
	}

	/**
	 * Start the children that these writes place on the receiver (O2).
	 *
	 * @param delta desired entries and placements
	 */
	record StartCommand(byte[] delta) implements SupervisorMessage {

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.replicator().merge(this.delta);
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

		public StartFailed {
			message = shortened(message);
		}

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.starts().answered(this);
		}

	}

	/**
	 * Run these children, which the sender has stopped (O6).
	 *
	 * @param children the children
	 */
	record HandOverCommand(List<HandedOver> children) implements SupervisorMessage {

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.handOverReceiver().received(from, this);
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
	 * @param ticks how long it is to the next ticks of its schedules
	 * @param value what it has given its name, where that is not what the entry says
	 * (N12)
	 */
	record HandedOver(String id, @Nullable Dot desired, long epoch, RestartHistory history, byte @Nullable [] state,
			List<TickDelay> ticks, byte @Nullable [] value) {

	}

	/**
	 * The sender does not take a child over.
	 *
	 * @param id the child
	 * @param epoch the epoch of the copy that was stopped
	 * @param reason why not
	 */
	record HandOverRefused(String id, long epoch, String reason) implements SupervisorMessage {

		public HandOverRefused {
			reason = shortened(reason);
		}

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.handOverSender().refused(this);
		}

	}

	/**
	 * Move a child of the receiver.
	 *
	 * @param id the child
	 * @param member where to
	 */
	record MoveRequest(String id, String member) implements SupervisorMessage {

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.moves().received(from, this);
		}

	}

	/**
	 * A move that the receiver asked for failed.
	 *
	 * @param id the child
	 * @param reason why
	 */
	record MoveFailed(String id, String reason) implements SupervisorMessage {

		public MoveFailed {
			reason = shortened(reason);
		}

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.moves().failed(this);
		}

	}

	/**
	 * Start a child of the receiver that waits for its next start.
	 *
	 * @param id the child
	 */
	record RestartRequest(String id) implements SupervisorMessage {

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.restarts().hurry(this.id);
		}

	}

	/**
	 * Asks whether the receiver has merged a write of the sender (O9).
	 *
	 * @param number comes back with the answer
	 * @param dot the write
	 */
	record HoldQuestion(long number, Dot dot) implements SupervisorMessage {

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.seats().asked(from, this);
		}

	}

	/**
	 * It has.
	 *
	 * @param number from the question
	 */
	record HoldAnswer(long number) implements SupervisorMessage {

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.seats().answered(from, this);
		}

	}

	/**
	 * Tell which desired entries of a child you have.
	 *
	 * @param number of the question
	 * @param id the child
	 */
	record ChildQuestion(long number, String id) implements SupervisorMessage {

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.peers().asked(from, this);
		}

	}

	/**
	 * The answer to a question.
	 *
	 * @param number of the question
	 * @param dots the entries
	 */
	record ChildAnswer(long number, List<Dot> dots) implements SupervisorMessage {

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.peers().answered(from, this);
		}

	}

	/**
	 * The sender has stood still: what became of its children meanwhile (T10)?
	 *
	 * @param round which of its questions this is
	 * @param merged up to which of the sender's writes the receiver has to have merged
	 * all before it answers
	 */
	record OwnershipQuestion(long round, long merged) implements SupervisorMessage {

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.awakening().asked(from, this);
		}

	}

	/**
	 * The sender does not take the receiver for gone any more, and what it knows of its
	 * children is among what it has merged (T10).
	 *
	 * @param round from the question
	 * @param seen what the sender has merged
	 */
	record OwnershipAnswer(long round, CausalContext seen) implements SupervisorMessage {

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.awakening().answered(from, this);
		}

	}

	/**
	 * The rooms that messages are for.
	 */
	record Receivers(Replicator replicator, PendingStarts starts, HandOverReceiver handOverReceiver,
			HandOverSender handOverSender, RequestedMoves moves, Restarts restarts, SeatHolders seats,
			PeerKnowledge peers, Awakening awakening) {

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
