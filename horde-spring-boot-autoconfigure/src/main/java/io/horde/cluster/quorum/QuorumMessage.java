package io.horde.cluster.quorum;

import java.util.List;

import io.horde.crdt.ReplicaId;
import org.jspecify.annotations.Nullable;

/**
 * What nodes tell each other for a quorum. Each message carries the seat configuration
 * that its sender knows, so that a newer one spreads with every word.
 */
sealed interface QuorumMessage {

	/**
	 * Return what the sender knows.
	 * @return its seat configuration
	 */
	SeatConfiguration configuration();

	/**
	 * Let somebody handle it.
	 * @param context whatever the handler needs to know
	 */
	<C> void deliver(C context, Handler<C> handler);

	/**
	 * Tell whether the sender is ready to found a seat configuration.
	 * @return {@code null} if the message doesn't say
	 */
	default @Nullable Boolean isFounding() {
		return null;
	}

	/**
	 * A renewal of all leases of the sender, with lease claims and releases (Q2).
	 *
	 * @param configuration what the sender knows
	 * @param round grows with each request to this voter
	 * @param claims what the sender claims and this voter has not yet accepted
	 * @param releases what it holds no longer: up to these epochs
	 */
	record Request(SeatConfiguration configuration, long round, List<Key> claims,
			List<Key> releases) implements QuorumMessage {

		@Override
		public <C> void deliver(C context, Handler<C> handler) {
			handler.request(context, this);
		}

		@Override
		public @Nullable Boolean isFounding() {
			return this.round < 0;
		}

	}

	/**
	 * A voter's answer to a request. If it is a vote it binds the voter (Q3).
	 *
	 * @param configuration what the voter knows
	 * @param round the request
	 * @param session all that was accepted in this session of the voter's promise is
	 * still known to be the receiver's; 0 if this is no vote
	 * @param silence why it is no vote, or an empty string
	 * @param accepted the claims that were accepted
	 * @param refused the claims that were not
	 * @param released the releases that the voter has taken notice of
	 */
	record Answer(SeatConfiguration configuration, long round, long session, String silence, List<Key> accepted,
			List<Refused> refused, List<Key> released) implements QuorumMessage {

		static Answer silent(SeatConfiguration configuration, long round, String silence) {
			return new Answer(configuration, round, 0, silence, List.of(), List.of(), List.of());
		}

		@Override
		public <C> void deliver(C context, Handler<C> handler) {
			handler.answer(context, this);
		}

	}

	/**
	 * Asks for a promise to take part in no earlier attempt to follow a seat
	 * configuration.
	 *
	 * @param configuration the one to be followed
	 * @param ballot the attempt
	 */
	record Prepare(SeatConfiguration configuration, Ballot ballot) implements QuorumMessage {

		@Override
		public <C> void deliver(C context, Handler<C> handler) {
			handler.prepare(context, this);
		}

	}

	/**
	 * The promise.
	 *
	 * @param configuration the one to be followed
	 * @param ballot the attempt
	 * @param acceptedIn the latest attempt in which the sender accepted a successor
	 * @param accepted that successor
	 * @param sure whether the sender remembers all that it has ever accepted
	 */
	record Promised(SeatConfiguration configuration, Ballot ballot, Ballot acceptedIn,
			@Nullable SeatConfiguration accepted, boolean sure) implements QuorumMessage {

		@Override
		public <C> void deliver(C context, Handler<C> handler) {
			handler.promised(context, this);
		}

	}

	/**
	 * Proposes a successor.
	 *
	 * @param configuration the one to be followed
	 * @param ballot the attempt
	 * @param successor the successor
	 * @param completes whether all holders of seats have promised, and the successor may
	 * have been agreed upon before
	 */
	record Propose(SeatConfiguration configuration, Ballot ballot, SeatConfiguration successor,
			boolean completes) implements QuorumMessage {

		@Override
		public <C> void deliver(C context, Handler<C> handler) {
			handler.propose(context, this);
		}

	}

	/**
	 * A successor was accepted.
	 *
	 * @param configuration the one to be followed
	 * @param ballot the attempt
	 */
	record Accepted(SeatConfiguration configuration, Ballot ballot) implements QuorumMessage {

		@Override
		public <C> void deliver(C context, Handler<C> handler) {
			handler.accepted(context, this);
		}

	}

	/**
	 * A child in an epoch.
	 *
	 * @param key the child
	 * @param epoch the epoch
	 */
	record Key(String key, long epoch) {

	}

	/**
	 * A lease claim that a voter did not accept.
	 *
	 * @param key the child
	 * @param epoch the epoch that was claimed
	 * @param known the highest epoch that the voter knows for the child
	 * @param holder who holds the child as long as the voter's promise runs, or
	 * {@code null} if the epoch was too low
	 * @param remaining nanoseconds until that promise ends
	 */
	record Refused(String key, long epoch, long known, @Nullable ReplicaId holder, long remaining) {

	}

	/**
	 * Does with each kind of message what is to be done.
	 *
	 * @param <C> what it needs to know besides
	 */
	interface Handler<C> {

		void request(C context, Request request);

		void answer(C context, Answer answer);

		void prepare(C context, Prepare prepare);

		void promised(C context, Promised promised);

		void propose(C context, Propose propose);

		void accepted(C context, Accepted accepted);

	}

}
