package io.horde.cluster.membership;

import io.horde.cluster.membership.Suspicion.Evidence;
import io.horde.cluster.membership.Suspicion.Limits;
import io.horde.cluster.membership.Suspicion.ProbeAnswers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Table of {@link Suspicion#of(Evidence, Limits)}. Limits: 3000 of silence, 500 to
 * confirm silence, 200 to confirm a close. An age of -1 means that nobody was asked yet,
 * a testimony of -1 that there is none.
 */
class SuspicionTests {

	private static final Limits LIMITS = new Limits(3000, 500, 200);

	@ParameterizedTest(name = "{0}")
	@CsvSource(textBlock = """
			heard a moment ago,                       100, false, false,   -1,  -1, 0, 0, 0, 0, ALIVE
			nearly silent,                           2999, false, false,   -1,  -1, 0, 0, 0, 0, ALIVE
			silent,                                  3000, false, false,   -1,  -1, 0, 0, 0, 0, PROBE
			silent and just asked,                   3001, false, false,   -1,   0, 2, 2, 0, 0, UNREACHABLE
			silent and one of two has answered,      3100, false, false,   -1, 100, 2, 1, 0, 0, UNREACHABLE
			silent and all asked miss it,            3100, false, false,   -1, 100, 2, 0, 0, 0, DOWN
			silent and no answer in time,            3500, false, false,   -1, 500, 2, 2, 0, 0, DOWN
			silent and one who is there is awaited,  3500, false, false,   -1, 500, 2, 1, 1, 0, UNREACHABLE
			silent and nobody is awaited any longer, 4500, false, false,  -1, 1500, 2, 1, 1, 0, DOWN
			refused and one who is there is awaited,  100, true,  true,    -1, 200, 2, 2, 1, 0, DOWN
			silent and nobody to ask yet,            3400, false, false,   -1, 400, 0, 0, 0, 0, UNREACHABLE
			silent and nobody to ask,                3500, false, false,   -1, 500, 0, 0, 0, 0, DOWN
			silent but another hears it,             9999, false, false,   50,  -1, 0, 0, 0, 0, UNREACHABLE
			silent and testimony wins over all,      9999, false, false,   50, 999, 2, 0, 0, 0, UNREACHABLE
			silent and the testimony is stale,       9999, false, false, 3000,  -1, 0, 0, 0, 0, PROBE
			closed a moment ago,                      100, true,  false,   -1,  -1, 0, 0, 0, 0, PROBE
			closed and being asked,                   100, true,  false,   -1,  10, 2, 2, 0, 0, ALIVE
			closed and all miss it silently,          100, true,  false,   -1, 100, 2, 0, 0, 1, ALIVE
			closed and closed for all,                100, true,  false,   -1, 100, 2, 0, 0, 2, DOWN
			closed but another hears it,              100, true,  false,   10,  -1, 0, 0, 0, 0, ALIVE
			closed and silent too,                   3000, true,  false,   -1,  -1, 0, 0, 0, 0, PROBE
			refused and being asked,                  100, true,  true,    -1,  10, 2, 2, 0, 0, ALIVE
			refused and all answered,                 100, true,  true,    -1,  10, 2, 0, 0, 1, DOWN
			refused and no answer in time,            100, true,  true,    -1, 200, 2, 2, 0, 0, DOWN
			refused and nobody to ask,                100, true,  true,    -1,   0, 0, 0, 0, 0, DOWN
			refused but another hears it,             100, true,  true,    10, 100, 2, 0, 0, 1, UNREACHABLE
			""")
	void suspicion(String situation, long silence, boolean closed, boolean refused, long testimony, long age, int asked,
			int open, int awaited, int closedForOthers, Suspicion expected) {
		Evidence evidence = new Evidence(silence, closed, refused, (testimony < 0) ? Long.MAX_VALUE : testimony,
				new ProbeAnswers(age, asked, open, awaited, closedForOthers));
		assertThat(Suspicion.of(evidence, LIMITS)).as(situation).isEqualTo(expected);
	}

}
