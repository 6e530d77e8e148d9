package io.horde.hazelcast.gate;

import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SharedSecrets}.
 */
class SharedSecretsTests {

	private static final byte[] TRANSCRIPT = SharedSecrets.transcript(new byte[] { 1 }, new byte[] { 2 });

	private static SharedSecrets old;

	private static SharedSecrets both;

	private static SharedSecrets done;

	private static SharedSecrets foreign;

	@BeforeAll
	static void stretch() throws GeneralSecurityException {
		old = new SharedSecrets("test", "the old secret", null);
		both = new SharedSecrets("test", "the new secret", "the old secret");
		done = new SharedSecrets("test", "the new secret", null);
		foreign = new SharedSecrets("another cluster", "the old secret", null);
	}

	@Test
	void proofOfTheSameSecretIsAccepted() {
		assertThat(old.proved(old.proofs(Role.INITIATOR, TRANSCRIPT), Role.INITIATOR, TRANSCRIPT)).isZero();
		assertThat(old.proved(old.proofs(Role.ACCEPTOR, TRANSCRIPT), Role.ACCEPTOR, TRANSCRIPT)).isZero();
	}

	@Test
	void proofOfAnotherRoleIsNot() {
		assertThat(old.proved(old.proofs(Role.INITIATOR, TRANSCRIPT), Role.ACCEPTOR, TRANSCRIPT)).isNegative();
		assertThat(old.proved(old.proofs(Role.ACCEPTOR, TRANSCRIPT), Role.INITIATOR, TRANSCRIPT)).isNegative();
	}

	@Test
	void proofForAnotherConnectionIsNot() {
		byte[] another = SharedSecrets.transcript(new byte[] { 1 }, new byte[] { 3 });
		assertThat(old.proved(old.proofs(Role.INITIATOR, another), Role.INITIATOR, TRANSCRIPT)).isNegative();
	}

	@Test
	void proofOfAnotherSecretOrClusterIsNot() {
		assertThat(old.proved(done.proofs(Role.INITIATOR, TRANSCRIPT), Role.INITIATOR, TRANSCRIPT)).isNegative();
		assertThat(old.proved(foreign.proofs(Role.INITIATOR, TRANSCRIPT), Role.INITIATOR, TRANSCRIPT)).isNegative();
	}

	@Test
	void whileSecretsAreChangedEitherIsAccepted() {
		assertThat(both.proofs(Role.INITIATOR, TRANSCRIPT)).hasSize(2);
		assertThat(both.proved(old.proofs(Role.INITIATOR, TRANSCRIPT), Role.INITIATOR, TRANSCRIPT)).isEqualTo(1);
		assertThat(both.proved(done.proofs(Role.INITIATOR, TRANSCRIPT), Role.INITIATOR, TRANSCRIPT)).isZero();
		assertThat(old.proved(both.proofs(Role.INITIATOR, TRANSCRIPT), Role.INITIATOR, TRANSCRIPT)).isZero();
		assertThat(done.proved(both.proofs(Role.INITIATOR, TRANSCRIPT), Role.INITIATOR, TRANSCRIPT)).isZero();
	}

	@Test
	void ofTwoThatAreProvedTheNewOneIsTaken() {
		List<byte[]> proofs = new ArrayList<>(both.proofs(Role.INITIATOR, TRANSCRIPT));
		assertThat(both.proved(proofs, Role.INITIATOR, TRANSCRIPT)).isZero();
		Collections.reverse(proofs);
		assertThat(both.proved(proofs, Role.INITIATOR, TRANSCRIPT)).isZero();
	}

	@Test
	void oneRightProofAmongWrongOnesIsEnough() {
		byte[] right = old.proofs(Role.INITIATOR, TRANSCRIPT).get(0);
		assertThat(old.proved(List.of(new byte[32], right), Role.INITIATOR, TRANSCRIPT)).isZero();
		assertThat(old.proved(List.of(right, new byte[0]), Role.INITIATOR, TRANSCRIPT)).isZero();
	}

	@Test
	void whatIsNoProofIsNotAccepted() {
		byte[] right = old.proofs(Role.INITIATOR, TRANSCRIPT).get(0);
		assertThat(old.proved(List.of(), Role.INITIATOR, TRANSCRIPT)).isNegative();
		for (byte[] wrong : List.of(new byte[0], new byte[32], Arrays.copyOf(right, 31), Arrays.copyOf(right, 33))) {
			assertThat(old.proved(List.of(wrong), Role.INITIATOR, TRANSCRIPT)).isNegative();
		}
	}

	@Test
	void transcriptTellsWhereOnePartEnds() {
		assertThat(SharedSecrets.transcript(new byte[2], new byte[1]))
			.isNotEqualTo(SharedSecrets.transcript(new byte[1], new byte[2]))
			.isNotEqualTo(SharedSecrets.transcript(new byte[3], new byte[0]))
			.hasSize(64);
	}

}
