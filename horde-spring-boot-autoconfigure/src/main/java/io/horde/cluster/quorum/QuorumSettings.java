package io.horde.cluster.quorum;

import java.util.List;

import io.horde.time.clock.Moment;

/**
 * The durations and sizes of a quorum, in nanoseconds of the node's own clock.
 *
 * @param seats how many voting seats there are; 0 for no quorum
 * @param voters the names of the voters if they are fixed, or an empty list
 * @param lease how long a lease lasts from its sending (Q4)
 * @param promise how long a voter is bound by its answer (Q3, Q11)
 * @param lapse how long a voter without contact to a majority may be sure that its seat
 * was not given away
 * @param vacancy how long a holder must be unheard before its seat is given away
 * @param certainty the same for one that was forgotten: it may run all the same, and be
 * sure of its seat as long
 */
public record QuorumSettings(int seats, List<String> voters, long lease, long promise, long lapse, long vacancy,
		long certainty) {

	/**
	 * How much faster than another clock one may run. Q3 says 1.02. With clocks that each
	 * run within 1 % of true time, a lease on the slowest lasts 1 / 0.99 and a promise on
	 * the fastest 1.02 / 1.01 of what was meant: the promise ends first, by 0.02 %. It
	 * takes 1.01 / 0.99 = 1.0203.
	 */
	public static final double DRIFT = 1.025;

	public QuorumSettings {
		voters = List.copyOf(voters);
	}

	public static QuorumSettings of(int seats, List<String> voters, long lease, long margin, long vacancy) {
		return new QuorumSettings(seats, voters, lease, (long) (lease * DRIFT) + margin, (long) (vacancy / DRIFT),
				vacancy, vacancy);
	}

	/**
	 * Return until when a voter is bound that answers now (Q3).
	 * @return nanoseconds of the monotonic clock
	 */
	long endOfPromise(Moment now) {
		return now.nanos() + this.promise;
	}

}
