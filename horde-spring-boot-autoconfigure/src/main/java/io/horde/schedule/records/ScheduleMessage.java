package io.horde.schedule.records;

import java.util.List;

import io.horde.crdt.CausalContext;
import io.horde.crdt.Dot;
import io.horde.crdt.DotCodec;
import io.horde.crdt.ReplicaId;
import io.horde.replication.protocol.Messages;
import io.horde.schedule.engine.TickEntry;
import io.horde.wire.MalformedFrameException;
import io.horde.wire.RecordCodec;
import org.jspecify.annotations.Nullable;

/**
 * What members tell each other about schedules. Any of these may be lost. Frames have the
 * components in their order.
 */
sealed interface ScheduleMessage {

	RecordCodec<ScheduleMessage> CODEC = new RecordCodec<ScheduleMessage>()
		.with(Dot.class, DotCodec::write, DotCodec::readDot)
		.with(CausalContext.class, Messages::writeContext, Messages::readContext)
		.message(1, SightQuestion.class)
		.message(2, SightAnswer.class)
		.message(3, ListQuestion.class)
		.message(4, ListAnswer.class)
		.message(5, PauseQuestion.class)
		.message(6, PauseAnswer.class)
		.message(7, RunRequest.class)
		.message(8, RunAnswer.class);

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
		return CODEC.read(frame, "about schedules");
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

	/**
	 * What operators do.
	 */
	sealed interface Operation extends ScheduleMessage {

		/**
		 * Bring the message to the room that it is for.
		 */
		void deliver(ReplicaId from, Receivers receivers);

	}

	/**
	 * Which schedules do you know?
	 *
	 * @param number the number of the question
	 * @param after only those whose id comes after this one
	 * @param child only of this child, and only this one, or {@code null} for all
	 * @param schedule which of its schedules
	 */
	record ListQuestion(long number, String after, @Nullable String child,
			@Nullable String schedule) implements Operation {

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.lists().asked(from, this);
		}

	}

	/**
	 * What the sender knows of some schedules.
	 *
	 * @param number the number of the question
	 * @param after the id that the question named
	 * @param schedules in the order of their ids
	 * @param more whether there are others after these
	 */
	record ListAnswer(long number, String after, List<KnownSchedule> schedules, boolean more) implements Operation {

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.lists().answered(from, this);
		}

	}

	/**
	 * Do you have this schedule, and do you obey this write? (T6)
	 *
	 * @param number the number of the question
	 * @param child the child
	 * @param schedule which of its schedules
	 * @param write the pause or resume, or {@code null} before there is one
	 */
	record PauseQuestion(long number, String child, String schedule, @Nullable Dot write) implements Operation {

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.pauses().asked(from, this);
		}

	}

	/**
	 * What the sender says to a pause.
	 *
	 * @param number the number of the question
	 * @param write the write that the question named
	 * @param verdict what it is
	 */
	record PauseAnswer(long number, @Nullable Dot write, Verdict verdict) implements Operation {

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.pauses().answered(from, this);
		}

	}

	/**
	 * Let this schedule tick (T6). The receiver acts on a number once, however often it
	 * comes.
	 *
	 * @param number the number of the request
	 * @param child the child
	 * @param schedule which of its schedules
	 */
	record RunRequest(long number, String child, String schedule) implements Operation {

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.requestedRuns().asked(from, this);
		}

	}

	/**
	 * What has become of a request.
	 *
	 * @param number the number of the request
	 * @param progress how far it is
	 * @param tick the tick, if it has ended
	 */
	record RunAnswer(long number, Progress progress, @Nullable TickEntry tick) implements Operation {

		@Override
		public void deliver(ReplicaId from, Receivers receivers) {
			receivers.runs().answered(from, this);
		}

	}

	/**
	 * What a node says to a pause.
	 */
	enum Verdict {

		/**
		 * It has the schedule, or will have it when the process begins, and obeys.
		 */
		OBEYED,

		/**
		 * The process does not run there.
		 */
		NOT_HERE,

		/**
		 * The process runs there and has no such schedule.
		 */
		NO_SCHEDULE

	}

	/**
	 * How far a request for a tick is.
	 */
	enum Progress {

		/**
		 * The tick waits for its turn, or runs.
		 */
		ACCEPTED,

		/**
		 * It has ended.
		 */
		ENDED,

		/**
		 * It has not begun and never will: the process does not run there, or stops.
		 */
		NOT_HERE,

		/**
		 * The process has no such schedule.
		 */
		NO_SCHEDULE,

		/**
		 * It has not begun and never will: another tick of the schedule is under way.
		 */
		BUSY,

		/**
		 * Nobody there waits any more for its end.
		 */
		ABANDONED;

		/**
		 * Tell whether nothing follows.
		 */
		boolean isLast() {
			return this != ACCEPTED;
		}

	}

	/**
	 * The rooms that messages of operators are for.
	 */
	record Receivers(ScheduleLists lists, PauseRequests pauses, RunRequests runs, RequestedRuns requestedRuns) {

	}

}
