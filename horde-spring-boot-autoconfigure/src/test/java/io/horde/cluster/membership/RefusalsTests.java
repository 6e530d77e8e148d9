package io.horde.cluster.membership;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.horde.HordeException;
import io.horde.cluster.protocol.Expelled;
import io.horde.cluster.protocol.Refusal;
import io.horde.cluster.protocol.Refused;
import io.horde.cluster.topology.TopologyBySize;
import io.horde.test.SimulatedEventLoop;
import io.horde.test.Simulation;
import io.horde.transport.LinkRefusal;
import io.horde.transport.Transport;
import io.horde.transport.TransportHandler;
import io.horde.transport.TransportHandler.DialFailure;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.mockito.ArgumentCaptor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

/**
 * Tests of what follows from the refusals that a node gets.
 */
class RefusalsTests {

	private static final String ADDRESS = "n2:7420";

	private final Simulation simulation = new Simulation(1);

	private final List<String> events = new ArrayList<>();

	private Membership membership;

	private SimulatedEventLoop loop;

	private TransportHandler handler;

	@BeforeEach
	void start() {
		Transport transport = mock(Transport.class);
		given(transport.address()).willReturn("n1:7420");
		this.loop = this.simulation.eventLoop("n1");
		this.membership = new Membership(this.loop, transport, MembershipSettings.defaults("n1"), TopologyBySize::new,
				1);
		this.membership.addListener(new MembershipListener() {

			@Override
			public void startFailed(HordeException failure) {
				RefusalsTests.this.events.add("ends");
			}

			@Override
			public void behind(String reason) {
				RefusalsTests.this.events.add("begins anew");
			}

			@Override
			public void expelled(Expelled expelled) {
				RefusalsTests.this.events.add("is out, " + expelled.cause() + " by " + expelled.holder());
			}

		});
		run(this.membership::start);
		ArgumentCaptor<TransportHandler> handler = ArgumentCaptor.forClass(TransportHandler.class);
		verify(transport).start(handler.capture());
		this.handler = handler.getValue();
	}

	@ParameterizedTest
	@CsvSource({ "DUPLICATE, ends", "REPLACED, ends", "BEHIND, begins anew", "FORGOTTEN, 'is out, FORGOTTEN by null'" })
	void finalRefusalByAPeerIsObeyed(Refusal refusal, String event) {
		failed(DialFailure.REFUSED_BY_PEER, new Refused(refusal, "because").toLinkRefusal());
		assertThat(this.events).containsExactly(event);
	}

	@Test
	void memberThatIsReplacedIsOutAndKnowsWhoHasItsPlace() {
		run(this.membership::joined);
		failed(DialFailure.REFUSED_BY_PEER, new Refused(Refusal.DUPLICATE, "because").toLinkRefusal());
		assertThat(this.events).isEmpty();
		failed(DialFailure.REFUSED_BY_PEER, Refused.replaced("because", "n9:7420").toLinkRefusal());
		assertThat(this.events).containsExactly("is out, REPLACED by n9:7420");
	}

	@ParameterizedTest
	@EnumSource(value = Refusal.class, mode = EnumSource.Mode.EXCLUDE,
			names = { "DUPLICATE", "REPLACED", "BEHIND", "FORGOTTEN" })
	void otherRefusalByAPeerIsNotFinal(Refusal refusal) {
		failed(DialFailure.REFUSED_BY_PEER, new Refused(refusal, "because").toLinkRefusal());
		assertThat(this.events).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(Refusal.class)
	void nothingFollowsFromWhatAStrangerSays(Refusal refusal) {
		long incarnation = this.membership.lastIncarnation();
		LinkRefusal said = new Refused(refusal, incarnation + 1000, "because").toLinkRefusal();
		failed(DialFailure.FOREIGN, said);
		failed(DialFailure.UNREACHABLE, said);
		assertThat(this.events).isEmpty();
		assertThat(this.membership.lastIncarnation()).isEqualTo(incarnation);
	}

	@Test
	void nothingPutsAMemberOutThatAStrangerSays() {
		run(this.membership::joined);
		for (Refusal refusal : Refusal.values()) {
			for (DialFailure failure : DialFailure.values()) {
				if (failure != DialFailure.REFUSED_BY_PEER) {
					failed(failure, new Refused(refusal, "because").toLinkRefusal());
				}
			}
		}
		assertThat(this.events).isEmpty();
	}

	@ParameterizedTest
	@EnumSource(Refusal.class)
	void nothingFollowsForThisNodeFromItsOwnRefusals(Refusal refusal) {
		failed(DialFailure.REFUSED_BY_US, new Refused(refusal, "because").toLinkRefusal());
		assertThat(this.events).isEmpty();
	}

	@Test
	void codeOfALaterReleaseHasNoConsequence() {
		for (int code : new int[] { 0, -1, Refusal.values().length + 1, Integer.MAX_VALUE }) {
			failed(DialFailure.REFUSED_BY_PEER, new LinkRefusal(code, 7, "because"));
		}
		failed(DialFailure.REFUSED_BY_PEER, null);
		assertThat(this.events).isEmpty();
	}

	@Test
	void sentenceIsNeverReadAsACode() {
		String names = "node (replaced) (behind) (forgotten) was started before as incarnation 7 (duplicate-node-name)";
		failed(DialFailure.REFUSED_BY_PEER, LinkRefusal.of(names));
		failed(DialFailure.REFUSED_BY_PEER, new Refused(Refusal.CLUSTER_NAME, names).toLinkRefusal());
		assertThat(this.events).isEmpty();
	}

	@Test
	void incarnationOfTheFormerStartIsTheOneInTheDetail() {
		long incarnation = this.membership.lastIncarnation();
		failed(DialFailure.REFUSED_BY_PEER, new LinkRefusal(Refusal.BEHIND.code(), incarnation + 1000,
				"it was started before as incarnation 9999999999999999"));
		assertThat(this.membership.lastIncarnation()).isEqualTo(incarnation + 1000);
	}

	@Test
	void incarnationThatNoClockTellsIsIgnored() {
		long incarnation = this.membership.lastIncarnation();
		failed(DialFailure.REFUSED_BY_PEER, new LinkRefusal(Refusal.BEHIND.code(), Long.MAX_VALUE, "because"));
		assertThat(this.membership.lastIncarnation()).isEqualTo(incarnation);
	}

	private void failed(DialFailure failure, @Nullable LinkRefusal refusal) {
		run(() -> this.handler.dialFailed(ADDRESS, failure, "because", refusal));
	}

	private void run(Runnable task) {
		this.loop.execute(task);
		this.simulation.run(Duration.ofMillis(1));
	}

}
