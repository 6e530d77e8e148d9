package io.horde.cluster.membership;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.horde.cluster.DuplicateNodeNameException;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.protocol.Hello;
import io.horde.cluster.protocol.MemberRecord;
import io.horde.cluster.protocol.ProtocolRange;
import io.horde.cluster.protocol.Refusal;
import io.horde.cluster.protocol.Refused;
import io.horde.cluster.topology.TopologyBySize;
import io.horde.crdt.ReplicaId;
import io.horde.node.Changed;
import io.horde.test.SimulatedEventLoop;
import io.horde.transport.TransportHandler.DialFailure;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests of {@link LinkAdmission}, and of what refused nodes do.
 */
class HandshakeTests {

	private static final long NOW = 1_800_000_000_000L;

	private final Hello own = hello("n1", ProtocolRange.CURRENT, "shop", NOW);

	@Test
	void anEqualIsAccepted() {
		assertThat(judge(hello("n2", ProtocolRange.CURRENT, "shop", NOW))).isNull();
	}

	@Test
	void anotherClusterNameIsRefusedWithBothNames() {
		assertThat(sentence(hello("n2", ProtocolRange.CURRENT, "depot", NOW))).contains("'depot'")
			.contains("'shop'")
			.contains("horde.cluster.name");
		assertThat(kind(hello("n2", ProtocolRange.CURRENT, "depot", NOW).toBytes())).isEqualTo(Refusal.CLUSTER_NAME);
	}

	@Test
	void aProtocolWithoutOverlapIsRefused() {
		assertThat(sentence(hello("n2", new ProtocolRange(7, 9), "shop", NOW))).contains("version 7 to 9")
			.contains("upgrade");
		assertThat(kind(hello("n2", new ProtocolRange(7, 9), "shop", NOW).toBytes())).isEqualTo(Refusal.PROTOCOL);
	}

	@Test
	void aNeighbouringProtocolIsAccepted() {
		assertThat(judge(hello("n2", new ProtocolRange(3, 4), "shop", NOW))).isNull();
		assertThat(judge(hello("n2", new ProtocolRange(4, 5), "shop", NOW))).isNull();
	}

	@Test
	void aClockMoreThanADayOffIsRefused() {
		long day = Duration.ofHours(24).toMillis();
		assertThat(judge(hello("n2", ProtocolRange.CURRENT, "shop", NOW + day))).isNull();
		assertThat(sentence(hello("n2", ProtocolRange.CURRENT, "shop", NOW - day - 1))).contains("clock");
		assertThat(kind(hello("n2", ProtocolRange.CURRENT, "shop", NOW - day - 1).toBytes())).isEqualTo(Refusal.CLOCK);
	}

	@Test
	void theNodeItselfIsRecognized() {
		assertThat(kind(this.own.toBytes())).isEqualTo(Refusal.SELF);
	}

	@Test
	void garbageIsRefused() {
		assertThat(sentence(new byte[] { 1, 2, 3 })).contains("no hello of Horde");
		assertThat(kind(new byte[] { 1, 2, 3 })).isEqualTo(Refusal.MALFORMED);
		assertThat(kind(new byte[0])).isEqualTo(Refusal.MALFORMED);
	}

	@Test
	void aHelloOfALaterReleaseWithMoreFieldsIsRead() {
		byte[] hello = hello("n2", ProtocolRange.CURRENT, "shop", NOW).toBytes();
		byte[] longer = Arrays.copyOf(hello, hello.length + 1);
		longer[0]++;
		longer[hello.length] = 7;
		assertThat(judge(longer)).isNull();
	}

	@Test
	void nodesOfTwoClustersStayApart() {
		TestCluster cluster = new TestCluster(1).up("n1", "n2");
		cluster.with((settings) -> Changed.of(settings, "clusterName", "other"));
		cluster.start("n3", TestCluster.addresses("n1", "n2", "n3"));
		cluster.run(Duration.ofSeconds(15));
		assertThat(cluster.node("n1").status("n3")).isNull();
		assertThat(cluster.node("n3").membership.members()).hasSize(1);
		assertThat(cluster.node("n3").membership.self().status()).isEqualTo(MemberStatus.UP);
	}

	@Test
	void aSecondNodeWithTheNameOfALivingOneFailsItsStart() {
		TestCluster cluster = new TestCluster(2).up("n1", "n2", "n3");
		TestCluster.Node second = cluster.start("m9", "n2", TestCluster.addresses("n1", "n2", "n3"));
		cluster.runUntil(Duration.ofSeconds(5), () -> second.failure != null);
		assertThat(second.failure).isInstanceOf(DuplicateNodeNameException.class)
			.hasMessageContaining("n2")
			.hasMessageContaining("horde.node.name");
		cluster.run(Duration.ofSeconds(10));
		assertThat(cluster.allSee(MemberStatus.UP, "n1", "n2", "n3")).as(cluster::describe).isTrue();
		assertThat(cluster.node("n1").events).noneMatch((event) -> event.endsWith("DOWN"));
	}

	/*
	 * The newcomer has found nobody yet, and refuses the one that lives: that one must
	 * not take itself for replaced.
	 */
	@Test
	void aLivingNodeThatDialsItsNamesakeGoesOn() {
		for (long seed = 1; seed <= 10; seed++) {
			TestCluster cluster = new TestCluster(seed).up("n1", "n2", "n3");
			TestCluster.Node first = cluster.node("n2");
			first.execute(() -> first.discover(TestCluster.addresses("n1", "n3", "m9")));
			cluster.run(Duration.ofMillis(seed * 37));
			TestCluster.Node second = cluster.start("m9", "n2", TestCluster.addresses());
			cluster.runUntil(Duration.ofSeconds(5), () -> second.failure != null);
			cluster.run(Duration.ofSeconds(5));
			assertThat(first.failure).as("the first one with seed %s", seed).isNull();
			assertThat(second.failure).isInstanceOf(DuplicateNodeNameException.class);
		}
	}

	@Test
	void aNodeWithTheNameOfASilentOneTakesItsPlace() {
		TestCluster cluster = new TestCluster(3).up("n1", "n2", "n3");
		cluster.network().dark("n2", true);
		TestCluster.Node second = cluster.start("m9", "n2", TestCluster.addresses("n1", "n3"));
		cluster.runUntil(Duration.ofSeconds(6),
				() -> List.of("n1", "n3")
					.stream()
					.allMatch((name) -> cluster.node(name).state("n2").address().equals("m9:7420")
							&& cluster.node(name).status("n2") == MemberStatus.UP));
		cluster.network().dark("n2", false);
		cluster.runUntil(Duration.ofSeconds(5), () -> cluster.node("n2").failure != null);
		assertThat(cluster.node("n2").failure).hasMessageContaining("later start");
		assertThat(second.failure).isNull();
	}

	@Test
	void aNodeThatReachesItselfByAnotherAddressNoticesIt() {
		TestCluster cluster = new TestCluster(4);
		SimulatedEventLoop loop = cluster.simulation.eventLoop("n1");
		Members members = new Members(this.own.member(), 1);
		MembershipContext context = new MembershipContext(loop, cluster.network().transport(loop),
				MembershipSettings.defaults("n1"), members, new AwakeClock(loop, 1, 1));
		Dialling dialling = new Dialling(context,
				new TopologyBySize(context, () -> mock(Topologies.Judge.class), (peer, news) -> false), 1);
		dialling.candidates(List.of("localhost:7420"));
		assertThat(dialling.facts(Duration.ZERO).untried()).isEqualTo(1);
		dialling.failed("localhost:7420", DialFailure.REFUSED_BY_US, Refusal.SELF, "itself");
		assertThat(dialling.facts(Duration.ZERO).untried()).isZero();
	}

	private @Nullable Refused judge(Hello peer) {
		return judge(peer.toBytes());
	}

	private @Nullable Refused judge(byte[] peer) {
		return LinkAdmission.judge(this.own, "n2:7420", peer, (record) -> Admission.Decision.ADMIT, (name) -> -1);
	}

	private String sentence(Hello peer) {
		return sentence(peer.toBytes());
	}

	private String sentence(byte[] peer) {
		return refused(peer).sentence();
	}

	private Refusal kind(byte[] peer) {
		return refused(peer).kind();
	}

	private Refused refused(byte[] peer) {
		Refused refused = judge(peer);
		assertThat(refused).isNotNull();
		return refused;
	}

	private static Hello hello(String name, ProtocolRange protocol, String cluster, long wallClock) {
		return new Hello(protocol, cluster, wallClock, new MemberRecord(new ReplicaId(name, 1), 1, name + ":7420",
				MemberStatus.JOINING, Map.of("zone", "a"), 1, "", new TreeMap<>()));
	}

}
