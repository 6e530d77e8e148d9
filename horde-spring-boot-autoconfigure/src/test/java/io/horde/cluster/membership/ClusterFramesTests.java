package io.horde.cluster.membership;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.protocol.ClusterFrames;
import io.horde.cluster.protocol.ClusterMessage;
import io.horde.cluster.protocol.ClusterMessage.Answer;
import io.horde.cluster.protocol.ClusterMessage.Ask;
import io.horde.cluster.protocol.ClusterMessage.Buckets;
import io.horde.cluster.protocol.ClusterMessage.Effort;
import io.horde.cluster.protocol.ClusterMessage.Expulsion;
import io.horde.cluster.protocol.ClusterMessage.Heartbeat;
import io.horde.cluster.protocol.ClusterMessage.LinkUse;
import io.horde.cluster.protocol.ClusterMessage.Ping;
import io.horde.cluster.protocol.ClusterMessage.Pong;
import io.horde.cluster.protocol.ClusterMessage.Records;
import io.horde.cluster.protocol.ClusterMessage.Summary;
import io.horde.cluster.protocol.ClusterMessage.Told;
import io.horde.cluster.protocol.ClusterMessage.Versions;
import io.horde.cluster.protocol.DeclaredMembers;
import io.horde.cluster.protocol.Hello;
import io.horde.cluster.protocol.MemberRecord;
import io.horde.cluster.protocol.ProtocolRange;
import io.horde.cluster.protocol.Reachability;
import io.horde.cluster.protocol.Refusal;
import io.horde.cluster.protocol.Refused;
import io.horde.cluster.protocol.Report;
import io.horde.cluster.protocol.TypeAnnouncement;
import io.horde.crdt.ReplicaId;
import io.horde.test.PinnedFrames;
import io.horde.transport.Channels;
import io.horde.wire.FrameWriter;
import io.horde.wire.MalformedFrameException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link ClusterFrames}.
 */
class ClusterFramesTests {

	private static final ReplicaId ID = new ReplicaId("n2", 7_000_000_000_000_000L);

	static Stream<ClusterMessage> messages() {
		return Stream.of(
				new Heartbeat(1, record(), -5, new TreeMap<>(Map.of(ID, Reachability.LATE)), new TreeMap<>(),
						new LinkUse(true, false, false)),
				new Heartbeat(1, null, Long.MIN_VALUE, new TreeMap<>(), new TreeMap<>(),
						new LinkUse(false, true, true)),
				new Summary(
						true, new DeclaredMembers(3, "n1", List.of("a:1", "b:2")), Map.of(ID, new Versions(9, 2)), 5),
				new Summary(false, DeclaredMembers.NONE, Map.of(), Summary.ALL),
				new Records(List.of(new Told(record(), Reachability.CLOSED),
						new Told(record().forgotten(), Reachability.LOST)), Map.of()),
				new Records(List.of(),
						new TreeMap<>(Map.of(-7L, Report.of(3, new TreeMap<>(Map.of(ID, Reachability.LOST))), 7L,
								Report.of(4, new TreeMap<>(Map.of(ID, Reachability.HEARD)))))),
				new Ask(4, ID, Effort.DIAL), new Answer(4, ID, Reachability.HEARD), new Ping(-3), new Pong(8),
				new Expulsion(Refused.replaced("You were replaced", "n2:7420")),
				new Expulsion(new Refused(Refusal.BEHIND, 9, "Begin anew")));
	}

	@ParameterizedTest
	@MethodSource("messages")
	void aMessageIsReadAsItWasWritten(ClusterMessage message) {
		assertThat(ClusterFrames.decode(ClusterFrames.encode(message))).isEqualTo(message);
	}

	@Test
	void theBytesAreThoseOfEarlierReleases() {
		Heartbeat parts = new Heartbeat(1, null, 1, new TreeMap<>(), new TreeMap<>(Map.of("digest", new byte[] { 9 })),
				LinkUse.PLAIN);
		Buckets buckets = new Buckets(new long[] { 1, -2, Long.MAX_VALUE });
		PinnedFrames.check(ClusterFramesTests.class, Stream.concat(messages(), Stream.of(parts, buckets)),
				ClusterFrames::encode);
	}

	@Test
	void theHelloHasTheBytesOfEarlierReleases() {
		PinnedFrames.check(Hello.class, Stream.of(new Hello(new ProtocolRange(4, 5), "cluster", -6, record())),
				Hello::toBytes);
	}

	@Test
	void heartbeatPartsAreReadAsTheyWereWritten() {
		SortedMap<String, byte[]> parts = new TreeMap<>(Map.of("digest", "x".getBytes(StandardCharsets.UTF_8)));
		ClusterMessage read = ClusterFrames
			.decode(ClusterFrames.encode(new Heartbeat(1, null, 1, new TreeMap<>(), parts, LinkUse.PLAIN)));
		assertThat(read).isInstanceOfSatisfying(Heartbeat.class,
				(heartbeat) -> assertThat(heartbeat.parts().get("digest")).containsExactly('x'));
	}

	@Test
	void aMessageOfALaterProtocolIsIgnored() {
		assertThat(ClusterFrames.decode(new FrameWriter().array(2).longValue(99).string("new").toBytes())).isNull();
	}

	@Test
	void anExpulsionForAReasonOfALaterProtocolIsIgnored() {
		byte[] frame = new FrameWriter().array(4).longValue(8).longValue(99).longValue(0).string("new").toBytes();
		assertThat(ClusterFrames.decode(frame)).isNull();
	}

	@ParameterizedTest
	@MethodSource("messages")
	void aDamagedMessageIsMalformedAndNothingElse(ClusterMessage message) {
		byte[] frame = ClusterFrames.encode(message);
		SplittableRandom random = new SplittableRandom(1);
		for (int i = 0; i < 5000; i++) {
			byte[] damaged = Arrays.copyOf(frame, random.nextInt(frame.length + 1));
			for (int j = random.nextInt(3); j > 0 && damaged.length > 0; j--) {
				damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
			}
			decode(damaged);
		}
	}

	@Test
	void malformedFramesHarmNobody() {
		TestCluster cluster = new TestCluster(1).up("n1", "n2", "n3");
		SplittableRandom random = new SplittableRandom(2);
		TestCluster.Node sender = cluster.node("n1");
		ReplicaId receiver = cluster.node("n2").membership.selfId();
		sender.execute(() -> {
			for (int i = 0; i < 2000; i++) {
				byte[] garbage = new byte[random.nextInt(200)];
				random.nextBytes(garbage);
				sender.membership.send(receiver, (i % 2 == 0) ? Channels.CLUSTER : Channels.RELAY, garbage);
			}
		});
		cluster.run(Duration.ofSeconds(10));
		assertThat(cluster.allSee(MemberStatus.UP, "n1", "n2", "n3")).as(cluster::describe).isTrue();
	}

	private static void decode(byte[] damaged) {
		try {
			ClusterFrames.decode(damaged);
		}
		catch (MalformedFrameException ex) {
			assertThat(ex).hasMessageContaining("Found");
		}
	}

	private static MemberRecord record() {
		return new MemberRecord(ID, 3, "n2:7420", MemberStatus.LEAVING, Map.of("zone", "a", "rack", "7"), 2, "1.0",
				new TreeMap<>(Map.of("poller", new TypeAnnouncement("poller", 3, Map.of("gpu", "yes")))));
	}

}
