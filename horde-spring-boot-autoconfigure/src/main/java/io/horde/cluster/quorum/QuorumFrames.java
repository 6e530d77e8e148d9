package io.horde.cluster.quorum;

import io.horde.cluster.quorum.QuorumMessage.Accepted;
import io.horde.cluster.quorum.QuorumMessage.Answer;
import io.horde.cluster.quorum.QuorumMessage.Key;
import io.horde.cluster.quorum.QuorumMessage.Prepare;
import io.horde.cluster.quorum.QuorumMessage.Promised;
import io.horde.cluster.quorum.QuorumMessage.Propose;
import io.horde.cluster.quorum.QuorumMessage.Request;
import io.horde.crdt.DotCodec;
import io.horde.crdt.ReplicaId;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import io.horde.wire.RecordCodec;
import org.jspecify.annotations.Nullable;

/**
 * The frames of the quorum channel. Each is an array that begins with a type; receivers
 * ignore types and trailing fields that they don't know.
 */
final class QuorumFrames {

	private static final int PROMISED = 4;

	private static final RecordCodec<QuorumMessage> CODEC = new RecordCodec<QuorumMessage>()
		.with(SeatConfiguration.class, SeatConfiguration::write, SeatConfiguration::read)
		.with(ReplicaId.class, DotCodec::write, DotCodec::readReplica)
		.flat(Key.class)
		.message(1, Request.class)
		.message(2, Answer.class)
		.message(3, Prepare.class)
		.message(5, Propose.class)
		.message(6, Accepted.class);

	private QuorumFrames() {
	}

	static byte[] encode(QuorumMessage message) {
		return (message instanceof Promised promised) ? encode(promised) : CODEC.frame(message);
	}

	/* An unknown seat configuration stands for none. */
	private static byte[] encode(Promised promised) {
		FrameWriter writer = new FrameWriter().array(6).longValue(PROMISED);
		promised.configuration().write(writer);
		write(writer, promised.ballot());
		write(writer, promised.acceptedIn());
		SeatConfiguration accepted = promised.accepted();
		((accepted != null) ? accepted : SeatConfiguration.NONE).write(writer);
		return writer.bool(promised.sure()).toBytes();
	}

	/**
	 * Decode a frame.
	 * @param frame the frame
	 * @return the message, or {@code null} if its type is not known
	 */
	static @Nullable QuorumMessage decode(byte[] frame) {
		FrameReader reader = new FrameReader(frame);
		reader.array();
		int type = reader.intValue();
		QuorumMessage message = (type == PROMISED) ? promised(reader) : CODEC.read(type, reader);
		if (message != null) {
			reader.end();
		}
		return message;
	}

	private static Promised promised(FrameReader reader) {
		SeatConfiguration configuration = SeatConfiguration.read(reader);
		Ballot ballot = ballot(reader);
		Ballot acceptedIn = ballot(reader);
		SeatConfiguration accepted = SeatConfiguration.read(reader);
		return new Promised(configuration, ballot, acceptedIn, accepted.isKnown() ? accepted : null, reader.bool());
	}

	private static void write(FrameWriter writer, Ballot ballot) {
		writer.array(2).longValue(ballot.counter()).string(ballot.proposer());
	}

	private static Ballot ballot(FrameReader reader) {
		return reader.array(() -> new Ballot(reader.longValue(), reader.nameOrEmpty()));
	}

}
