package io.horde.schedule.records;

import io.horde.crdt.CausalContext;
import io.horde.replication.protocol.Messages;
import io.horde.wire.FrameReader;
import io.horde.wire.MalformedFrameException;
import io.horde.wire.RecordCodec;

/**
 * What members tell each other about schedules. Any of these may be lost. Frames have the
 * components in their order.
 */
sealed interface ScheduleMessage {

	RecordCodec<ScheduleMessage> CODEC = new RecordCodec<ScheduleMessage>()
		.with(CausalContext.class, Messages::writeContext, Messages::readContext)
		.message(1, SightQuestion.class)
		.message(2, SightAnswer.class);

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
	static ScheduleMessage of(byte[] frame) {
		FrameReader reader = new FrameReader(frame);
		reader.array();
		int type = reader.intValue();
		ScheduleMessage message = CODEC.read(type, reader);
		if (message == null) {
			throw new MalformedFrameException("Unknown message type " + type + " about schedules");
		}
		return message;
	}

	/**
	 * What have you merged? (T3)
	 *
	 * @param number the number of the question
	 * @param zone the time zone of the sender's JVM
	 */
	record SightQuestion(long number, String zone) implements ScheduleMessage {

	}

	/**
	 * All that the sender has merged.
	 *
	 * @param number the number of the question
	 * @param seen what is merged
	 * @param informed whether the sender's knowledge counts for a vote, too
	 * @param zone the time zone of the sender's JVM
	 */
	record SightAnswer(long number, CausalContext seen, boolean informed, String zone) implements ScheduleMessage {

	}

}
