package io.horde.cluster.quorum;

import java.util.ArrayList;
import java.util.List;

import io.horde.cluster.quorum.QuorumMessage.Accepted;
import io.horde.cluster.quorum.QuorumMessage.Answer;
import io.horde.cluster.quorum.QuorumMessage.Key;
import io.horde.cluster.quorum.QuorumMessage.Prepare;
import io.horde.cluster.quorum.QuorumMessage.Promised;
import io.horde.cluster.quorum.QuorumMessage.Propose;
import io.horde.cluster.quorum.QuorumMessage.Refused;
import io.horde.cluster.quorum.QuorumMessage.Request;
import io.horde.crdt.DotCodec;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import org.jspecify.annotations.Nullable;

/**
 * The frames of the quorum channel. Each is an array that begins with a type; receivers
 * ignore types and trailing fields that they don't know.
 */
final class QuorumFrames {

	private static final int REQUEST = 1;

	private static final int ANSWER = 2;

	private static final int PREPARE = 3;

	private static final int PROMISED = 4;

	private static final int PROPOSE = 5;

	private static final int ACCEPTED = 6;

	private QuorumFrames() {
	}

	static byte[] encode(QuorumMessage message) {
		FrameWriter writer = new FrameWriter();
		message.deliverTo(new Encoder(writer));
		return writer.toBytes();
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
		if (type < REQUEST || type > ACCEPTED) {
			return null;
		}
		SeatConfiguration configuration = SeatConfiguration.read(reader);
		QuorumMessage message = switch (type) {
			case REQUEST -> new Request(configuration, reader.longValue(), keys(reader), keys(reader));
			case ANSWER -> new Answer(configuration, reader.longValue(), reader.longValue(), reader.string(),
					keys(reader), refusals(reader), keys(reader));
			case PREPARE -> new Prepare(configuration, ballot(reader));
			case PROMISED -> promised(configuration, reader);
			case PROPOSE -> new Propose(configuration, ballot(reader), SeatConfiguration.read(reader), reader.bool());
			default -> new Accepted(configuration, ballot(reader));
		};
		reader.end();
		return message;
	}

	private static Promised promised(SeatConfiguration configuration, FrameReader reader) {
		Ballot ballot = ballot(reader);
		Ballot acceptedIn = ballot(reader);
		SeatConfiguration accepted = SeatConfiguration.read(reader);
		return new Promised(configuration, ballot, acceptedIn, accepted.isKnown() ? accepted : null, reader.bool());
	}

	private static FrameWriter head(FrameWriter writer, int fields, int type, QuorumMessage message) {
		writer.array(fields).longValue(type);
		message.configuration().write(writer);
		return writer;
	}

	private static void write(FrameWriter writer, List<Key> keys) {
		writer.array(keys.size() * 2);
		keys.forEach((key) -> writer.string(key.key()).longValue(key.epoch()));
	}

	private static List<Key> keys(FrameReader reader) {
		int count = reader.array() / 2;
		List<Key> keys = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			keys.add(new Key(reader.string(), reader.longValue()));
		}
		reader.end();
		return keys;
	}

	private static void write(FrameWriter writer, Refused refused) {
		writer.array(5).string(refused.key()).longValue(refused.epoch()).longValue(refused.known());
		DotCodec.writeOrNil(refused.holder(), writer);
		writer.longValue(refused.remaining());
	}

	private static List<Refused> refusals(FrameReader reader) {
		int count = reader.array();
		List<Refused> refusals = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			reader.array();
			refusals.add(new Refused(reader.string(), reader.longValue(), reader.longValue(),
					DotCodec.readReplicaOrNil(reader), reader.longValue()));
			reader.end();
		}
		reader.end();
		return refusals;
	}

	private static void write(FrameWriter writer, Ballot ballot) {
		writer.array(2).longValue(ballot.counter()).string(ballot.proposer());
	}

	private static Ballot ballot(FrameReader reader) {
		reader.array();
		Ballot ballot = new Ballot(reader.longValue(), reader.string());
		reader.end();
		return ballot;
	}

	/**
	 * Writes a message.
	 */
	private record Encoder(FrameWriter writer) implements QuorumMessage.Handler {

		@Override
		public void request(Request request) {
			head(this.writer, 5, REQUEST, request).longValue(request.round());
			write(this.writer, request.claims());
			write(this.writer, request.releases());
		}

		@Override
		public void answer(Answer answer) {
			head(this.writer, 8, ANSWER, answer).longValue(answer.round())
				.longValue(answer.session())
				.string(answer.silence());
			write(this.writer, answer.accepted());
			this.writer.array(answer.refused().size());
			answer.refused().forEach((refused) -> write(this.writer, refused));
			write(this.writer, answer.released());
		}

		@Override
		public void prepare(Prepare prepare) {
			write(head(this.writer, 3, PREPARE, prepare), prepare.ballot());
		}

		@Override
		public void promised(Promised promised) {
			write(head(this.writer, 6, PROMISED, promised), promised.ballot());
			write(this.writer, promised.acceptedIn());
			SeatConfiguration accepted = promised.accepted();
			((accepted != null) ? accepted : SeatConfiguration.NONE).write(this.writer);
			this.writer.bool(promised.sure());
		}

		@Override
		public void propose(Propose propose) {
			write(head(this.writer, 5, PROPOSE, propose), propose.ballot());
			propose.successor().write(this.writer);
			this.writer.bool(propose.completes());
		}

		@Override
		public void accepted(Accepted accepted) {
			write(head(this.writer, 3, ACCEPTED, accepted), accepted.ballot());
		}

	}

}
