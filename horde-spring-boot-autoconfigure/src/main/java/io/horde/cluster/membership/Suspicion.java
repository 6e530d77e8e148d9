package io.horde.cluster.membership;

/**
 * What a node thinks of a member's life. As in SWIM a member is suspected first, and
 * others are asked to probe it; unlike there a suspicion is local, and taken back by any
 * sign of life.
 *
 * @see <a href="https://doi.org/10.1109/DSN.2002.1028914">Das, Gupta and Motivala, SWIM:
 * Scalable Weakly-consistent Infection-style Process Group Membership Protocol (2002)</a>
 */
enum Suspicion {

	/**
	 * It is heard.
	 */
	ALIVE,

	/**
	 * There is evidence against it, and others must be asked.
	 */
	PROBE,

	/**
	 * There is evidence against it that is not confirmed, or others hear it.
	 */
	UNREACHABLE,

	/**
	 * It is gone.
	 */
	DOWN;

	/**
	 * Of one that is heard well itself an answer is waited for so many times as long: it
	 * has got lost rather than that there is none.
	 */
	private static final int PATIENCE = 3;

	/**
	 * Judge a member (M1, M2).
	 * @param evidence what is known
	 * @param limits the time limits
	 * @return the suspicion
	 */
	static Suspicion of(Evidence evidence, Limits limits) {
		boolean dead = evidence.closed() && (evidence.refused() || evidence.probes().allReportClosed());
		if (!evidence.closed() && evidence.silence() < limits.silence()) {
			return ALIVE;
		}
		if (evidence.closed() && !dead && evidence.silence() < limits.silence()) {
			return (evidence.probes().isRunning() || evidence.testimonyAge() < limits.silence()) ? ALIVE : PROBE;
		}
		if (evidence.testimonyAge() < limits.silence()) {
			return UNREACHABLE;
		}
		ProbeAnswers probes = evidence.probes();
		if (!probes.isRunning()) {
			return PROBE;
		}
		long limit = dead ? limits.death() : limits.confirm() * ((probes.awaited() > 0) ? PATIENCE : 1);
		if (probes.age() >= limit || (probes.asked() > 0 && probes.open() == 0) || (dead && probes.asked() == 0)) {
			return DOWN;
		}
		/* A close is settled so quickly that a state in between would only make work. */
		return dead ? ALIVE : UNREACHABLE;
	}

	/**
	 * What is known about a member's life. All times are nanoseconds of awake time.
	 *
	 * @param silence the time since the last direct sign
	 * @param closed whether its link was closed and has not come back
	 * @param refused whether a dial since then was refused
	 * @param testimonyAge the time since another member heard it, {@link Long#MAX_VALUE}
	 * if that was before the close
	 * @param probes what others have answered
	 */
	record Evidence(long silence, boolean closed, boolean refused, long testimonyAge, ProbeAnswers probes) {

	}

	/**
	 * How far others have answered.
	 *
	 * @param age the time since they were asked; negative if nobody was asked yet
	 * @param asked how many were asked
	 * @param open how many of them have not answered and are not gone themselves
	 * @param awaited how many of these are heard well
	 * @param closed how many answered that it has closed on them too
	 */
	record ProbeAnswers(long age, int asked, int open, int awaited, int closed) {

		static final ProbeAnswers NONE = new ProbeAnswers(-1, 0, 0, 0, 0);

		boolean isRunning() {
			return this.age >= 0;
		}

		boolean allReportClosed() {
			return this.asked > 0 && this.closed == this.asked;
		}

	}

	/**
	 * Time limits in nanoseconds.
	 *
	 * @param silence how long a member may be silent
	 * @param confirm how long others may take to answer about a silent member
	 * @param death how long others may take to answer about a closed one
	 */
	record Limits(long silence, long confirm, long death) {

	}

}
