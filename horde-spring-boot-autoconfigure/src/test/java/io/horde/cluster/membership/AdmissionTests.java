package io.horde.cluster.membership;

import java.util.Map;
import java.util.TreeMap;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.Admission.Decision;
import io.horde.cluster.membership.Admission.Proof;
import io.horde.cluster.protocol.MemberRecord;
import io.horde.crdt.ReplicaId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Table of {@link Admission#decide}: the holder of the name is incarnation 5 at a:1 (M5).
 */
class AdmissionTests {

	@ParameterizedTest(name = "{0}")
	@CsvSource(textBlock = """
			the holder itself,                     5, a:1, UP,      true,  PENDING, ADMIT
			the holder after a false suspicion,    5, a:1, UP,      false, PENDING, ADMIT
			a lower one and a holder in doubt,     4, b:1, JOINING, true,  PENDING, WAIT
			a lower one and a living holder,       4, b:1, JOINING, true,  GIVEN,   STALE
			a lower one and a mute holder,         4, b:1, JOINING, true,  MISSED,  BEHIND
			a lower one and a dead holder,         4, b:1, JOINING, false, PENDING, BEHIND
			a lower one at the same address,       4, a:1, JOINING, true,  PENDING, BEHIND
			an older start that is up,             4, b:1, UP,      false, PENDING, STALE
			a newcomer and a dead holder,          6, b:1, JOINING, false, PENDING, REPLACE
			a newcomer at the same address,        6, a:1, JOINING, true,  PENDING, REPLACE
			a newcomer and a holder in doubt,      6, b:1, JOINING, true,  PENDING, WAIT
			a newcomer and a living holder,        6, b:1, JOINING, true,  GIVEN,   DUPLICATE
			a newcomer and a mute holder,          6, b:1, JOINING, true,  MISSED,  REPLACE
			a newer start that took over already,  6, b:1, UP,      true,  GIVEN,   REPLACE
			""")
	void decision(String situation, long incarnation, String address, MemberStatus status, boolean living, Proof proof,
			Decision expected) {
		assertThat(Admission.decide(record(5, "a:1", MemberStatus.UP), living, proof,
				record(incarnation, address, status)))
			.as(situation)
			.isEqualTo(expected);
	}

	@Test
	void aForgottenIncarnationMustStartAnew() {
		MemberRecord forgotten = record(5, "a:1", MemberStatus.UP).forgotten();
		assertThat(Admission.decide(forgotten, false, Proof.PENDING, record(5, "a:1", MemberStatus.UP)))
			.isEqualTo(Decision.FORGOTTEN);
		assertThat(Admission.decide(forgotten, false, Proof.PENDING, record(6, "a:1", MemberStatus.JOINING)))
			.isEqualTo(Decision.REPLACE);
	}

	private static MemberRecord record(long incarnation, String address, MemberStatus status) {
		return new MemberRecord(new ReplicaId("n1", incarnation), 1, address, status, Map.of(), 1, "", new TreeMap<>());
	}

}
