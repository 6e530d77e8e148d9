package io.horde.cluster.membership;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.horde.cluster.MemberSource;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.protocol.DeclaredMembers;
import io.horde.cluster.protocol.Hello;
import io.horde.cluster.protocol.MemberRecord;
import io.horde.cluster.protocol.ProtocolRange;
import io.horde.cluster.protocol.Refusal;
import io.horde.cluster.protocol.TypeAnnouncement;
import io.horde.cluster.topology.TopologyBySize;
import io.horde.crdt.ReplicaId;
import io.horde.test.SimulatedEventLoop;
import io.horde.test.Simulation;
import io.horde.transport.LinkRefusal;
import io.horde.transport.Transport;
import io.horde.transport.TransportHandler;
import io.horde.transport.TransportHandler.DialFailure;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import io.horde.wire.MalformedFrameException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockito.ArgumentCaptor;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

/**
 * Peers whose names would begin a line of the log of their own.
 */
class HostileNamesTests {

	private static final String HOSTILE = "n2\r\n2026-11-30 ERROR This node is out";

	private final Logger logger = (Logger) LoggerFactory.getLogger("io.horde.cluster");

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private final Simulation simulation = new Simulation(1);

	private SimulatedEventLoop loop;

	private Membership membership;

	private TransportHandler handler;

	@BeforeEach
	void start() {
		Transport transport = mock(Transport.class);
		given(transport.address()).willReturn("n1:7420");
		this.loop = this.simulation.eventLoop("n1");
		this.membership = new Membership(this.loop, transport, MembershipSettings.defaults("n1"), TopologyBySize::new,
				1);
		run(this.membership::start);
		ArgumentCaptor<TransportHandler> handler = ArgumentCaptor.forClass(TransportHandler.class);
		verify(transport).start(handler.capture());
		this.handler = handler.getValue();
		this.log.start();
		this.logger.setLevel(Level.DEBUG);
		this.logger.addAppender(this.log);
	}

	@AfterEach
	void stopListening() {
		this.logger.detachAppender(this.log);
		this.logger.setLevel(Level.ERROR);
	}

	static Stream<Hello> hostile() {
		return Stream.of(hello("horde", record(HOSTILE, "n2:7420", Map.of(), "", "poller")),
				hello("horde", record("n2", HOSTILE, Map.of(), "", "poller")),
				hello("horde", record("n2", "n2:7420", Map.of(HOSTILE, ""), "", "poller")),
				hello("horde", record("n2", "n2:7420", Map.of("zone", HOSTILE), "", "poller")),
				hello("horde", record("n2", "n2:7420", Map.of(), HOSTILE, "poller")),
				hello("horde", record("n2", "n2:7420", Map.of(), "", HOSTILE)),
				hello(HOSTILE, record("n2", "n2:7420", Map.of(), "", "poller")));
	}

	@ParameterizedTest
	@MethodSource("hostile")
	void aHelloWithSuchANameIsMalformed(Hello hello) {
		run(() -> {
			LinkRefusal refusal = this.handler.refuse("n2:7420", hello.toBytes());
			assertThat(refusal).isNotNull();
			assertThat(refusal.code()).isEqualTo(Refusal.MALFORMED.code());
			assertThat(refusal.sentence()).doesNotContainPattern("\\p{Cntrl}").doesNotContain("ERROR");
		});
		assertThat(this.membership.view().members()).hasSize(1);
		assertLines();
	}

	@Test
	void whatATransportTellsOfAStrangerStaysOnItsLine() {
		run(() -> this.membership.candidates(List.of(new MemberSource.Candidate("n2:7420", ""))));
		run(() -> this.handler.refuse(HOSTILE, new byte[] { 1 }));
		for (DialFailure failure : DialFailure.values()) {
			run(() -> this.handler.dialFailed("n2:7420", failure, HOSTILE, LinkRefusal.of(HOSTILE)));
			run(() -> this.handler.dialFailed("n2:7420", failure, HOSTILE, LinkRefusal.of(HOSTILE)));
			this.simulation.run(Duration.ofSeconds(2));
		}
		assertLines();
		assertThat(this.log.list).extracting(ILoggingEvent::getFormattedMessage)
			.anyMatch((line) -> line.startsWith("Refused a link from n2??2026"))
			.anyMatch((line) -> line.startsWith("Whoever listens at n2:7420"))
			.anyMatch((line) -> line.startsWith("No link to n2:7420"))
			.anyMatch((line) -> line.startsWith("Nobody is reached so far at n2:7420"));
	}

	@Test
	void aDeclaredListWithSuchANameIsMalformed() {
		for (DeclaredMembers declared : List.of(new DeclaredMembers(1, HOSTILE, List.of("n1:7420")),
				new DeclaredMembers(1, "n1", List.of(HOSTILE)))) {
			FrameWriter writer = new FrameWriter();
			declared.write(writer);
			assertThatExceptionOfType(MalformedFrameException.class)
				.isThrownBy(() -> DeclaredMembers.read(new FrameReader(writer.toBytes())));
		}
	}

	private void assertLines() {
		assertThat(this.log.list).extracting(ILoggingEvent::getFormattedMessage)
			.allSatisfy((line) -> assertThat(line).doesNotContainPattern("\\p{Cntrl}"));
	}

	private void run(Runnable task) {
		this.loop.execute(task);
		this.simulation.run(Duration.ofMillis(1));
	}

	private static Hello hello(String cluster, MemberRecord member) {
		return new Hello(ProtocolRange.CURRENT, cluster, 0, member);
	}

	private static MemberRecord record(String name, String address, Map<String, String> labels, String version,
			String type) {
		return new MemberRecord(new ReplicaId(name, 1), 1, address, MemberStatus.JOINING, labels, 1, version,
				new TreeMap<>(Map.of(type, new TypeAnnouncement(type, 0, Map.of()))));
	}

}
