package io.horde.cluster.quorum;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;
import java.util.SortedMap;
import java.util.function.LongConsumer;

import io.horde.cluster.quorum.QuorumMessage.Accepted;
import io.horde.cluster.quorum.QuorumMessage.Prepare;
import io.horde.cluster.quorum.QuorumMessage.Promised;
import io.horde.cluster.quorum.QuorumMessage.Propose;
import org.jspecify.annotations.Nullable;

/**
 * What is to be known of a state machine, besides its claims and votes, to know how it
 * goes on: numbers, and among them those of ballots, which matter only by their order.
 * Times are told only as far as they matter.
 */
final class CoreText {

	private static final VarHandle muteUntil = field(QuorumCore.class, "muteUntil", long.class);

	private static final VarHandle sureAt = field(QuorumCore.class, "sureAt", Long.class);

	private static final VarHandle promised = field(Acceptor.class, "promised", Ballot.class);

	private static final VarHandle acceptedIn = field(Acceptor.class, "acceptedIn", Ballot.class);

	private static final VarHandle highest = field(Electorate.class, "highest", long.class);

	private static final VarHandle accepted = field(Acceptor.class, "accepted", SeatConfiguration.class);

	private static final VarHandle acceptedAt = field(Acceptor.class, "acceptedAt", long.class);

	private static final VarHandle attempt = field(Electorate.class, "attempt", ElectionAttempt.class);

	private static final VarHandle self = field(SeatWatch.class, "self", String.class);

	private static final VarHandle since = field(SeatWatch.class, "since", long.class);

	private static final VarHandle heard = field(SeatWatch.class, "heard", SortedMap.class);

	private final QuorumSettings settings;

	private final long now;

	private final LongConsumer text;

	private final LongConsumer ballots;

	CoreText(QuorumSettings settings, long now, LongConsumer text, LongConsumer ballots) {
		this.settings = settings;
		this.now = now;
		this.text = text;
		this.ballots = ballots;
	}

	private static VarHandle field(Class<?> type, String name, Class<?> of) {
		try {
			return MethodHandles.privateLookupIn(type, MethodHandles.lookup()).findVarHandle(type, name, of);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	void add(QuorumCore core) {
		@Nullable Long sure = (Long) sureAt.get(core);
		boolean fixed = !this.settings.voters().isEmpty();
		this.text.accept(Math.max((long) muteUntil.get(core) - this.now, 0));
		this.text.accept((sure == null || fixed) ? -1 : Math.min(this.now - sure, this.settings.lapse() + 1));
		add(core.electorate);
	}

	void add(Electorate electorate) {
		SeatConfiguration configuration = electorate.configuration();
		this.text.accept(configuration.hashCode());
		add(electorate.watch, configuration.seats());
		add((Ballot) promised.get(electorate.acceptor));
		add((Ballot) acceptedIn.get(electorate.acceptor));
		this.ballots.accept((long) highest.get(electorate));
		@Nullable SeatConfiguration successor = (SeatConfiguration) accepted.get(electorate.acceptor);
		if (successor != null) {
			this.text.accept(successor.hashCode());
			this.text.accept(Math.min(this.now - (long) acceptedAt.get(electorate.acceptor),
					this.settings.lease() * (this.settings.seats() + 1)));
		}
		@Nullable ElectionAttempt open = (ElectionAttempt) attempt.get(electorate);
		if (open != null) {
			add(open);
		}
	}

	private void add(ElectionAttempt attempt) {
		this.text.accept(Math.min(this.now - attempt.since, this.settings.lease()));
		add(attempt.ballot);
		add(attempt.bound);
		this.text.accept(attempt.successor.hashCode() * 2L + (attempt.proposed ? 1 : 0));
		this.text.accept(attempt.names.hashCode());
		this.text.accept(attempt.unsure.hashCode());
	}

	/**
	 * Add a step of an agreement on the seats.
	 */
	void add(QuorumMessage message) {
		if (message instanceof Prepare prepare) {
			add(prepare.ballot());
		}
		else if (message instanceof Promised promised) {
			add(promised.ballot());
			add(promised.acceptedIn());
			SeatConfiguration accepted = promised.accepted();
			this.text.accept((accepted != null) ? accepted.hashCode() : 0);
			this.text.accept(promised.sure() ? 1 : 0);
		}
		else if (message instanceof Propose propose) {
			add(propose.ballot());
			this.text.accept(propose.successor().hashCode() * 2L + (propose.completes() ? 1 : 0));
		}
		else if (message instanceof Accepted accepted) {
			add(accepted.ballot());
		}
	}

	private void add(Ballot ballot) {
		this.ballots.accept(ballot.counter());
		this.text.accept(ballot.proposer().hashCode());
	}

	@SuppressWarnings("unchecked")
	private void add(SeatWatch watch, List<String> seats) {
		long start = (long) since.get(watch);
		String name = (String) self.get(watch);
		SortedMap<String, SeatWatch.Heard> others = (SortedMap<String, SeatWatch.Heard>) heard.get(watch);
		long gone = this.settings.vacancy() + 1;
		boolean silent = false;
		for (String seat : seats) {
			silent |= !seat.equals(name) && !others.containsKey(seat);
		}
		this.text.accept(silent ? Math.min(this.now - start, gone) : 0);
		others.forEach((other, heard) -> {
			this.text.accept(other.hashCode());
			this.text.accept(heard.founds() && seats.isEmpty() ? -1
					: Math.min(this.now - heard.at(), this.settings.lease() + 1));
			this.text.accept(seats.contains(other) ? Math.min(this.now - Math.max(heard.at(), start), gone) : -1);
		});
	}

}
