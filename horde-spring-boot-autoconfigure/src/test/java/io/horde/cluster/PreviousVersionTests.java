package io.horde.cluster;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A node that speaks the previous version of the protocol shares a cluster with nodes of
 * the present one, as in a rolling upgrade.
 */
class PreviousVersionTests {

	@Test
	void helloOfThePreviousVersionIsUnderstood() {
		TestCluster cluster = new TestCluster(1).up("n1");
		Hello hello = new Hello(ProtocolRange.CURRENT, "horde", 5,
				new MemberRecord(cluster.node("n1").membership.selfId(), 1, "n1:7420", MemberStatus.UP,
						Map.of("a", "b"), 1, "1",
						new TreeMap<>(Map.of("room", new TypeAnnouncement("room", 1, Map.of(), true)))));
		Hello previous = Hello.of(PreviousVersion.hello(hello.toBytes()));
		assertThat(previous.protocol()).isEqualTo(new ProtocolRange(1, 1));
		assertThat(previous.member().labels()).isEqualTo(hello.member().labels());
		assertThat(previous.member().types().get("room").quorum()).isFalse();
		assertThat(Handshake.judge(hello, "n2:7420", PreviousVersion.hello(hello.toBytes()), (record) -> null))
			.satisfies((refused) -> assertThat(refused).isNotNull()
				.extracting(Handshake.Refused::refusal)
				.isEqualTo(Refusal.SELF));
	}

	@ParameterizedTest
	@ValueSource(strings = { "n1", "n2", "n1,n2", "n1,n2,n3" })
	void nodesOfBothVersionsAreMembersOfOneCluster(String previous) {
		TestCluster cluster = cluster(previous);
		cluster.run(Duration.ofSeconds(20));
		assertThat(cluster.allSee(MemberStatus.UP, "n1", "n2", "n3")).as(cluster.describe()).isTrue();
		cluster.node("n2").kill();
		cluster.runUntil(Duration.ofSeconds(1), () -> cluster.othersSee("n2", MemberStatus.DOWN));
		cluster.start("n2", TestCluster.addresses("n1", "n2", "n3"));
		cluster.runUntil(Duration.ofSeconds(20), () -> cluster.allSee(MemberStatus.UP, "n1", "n2", "n3"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "n1", "n2", "n3" })
	void nodesOfBothVersionsVouchForEachOtherAndRelayFrames(String previous) {
		TestCluster cluster = cluster(previous);
		cluster.network().partition(List.of("n1"), List.of("n2"));
		cluster.run(Duration.ofSeconds(30));
		assertThat(cluster.node("n1").status("n2")).isEqualTo(MemberStatus.UNREACHABLE);
		TestCluster.Node sender = cluster.node("n1");
		sender.execute(() -> sender.membership.send(cluster.node("n2").membership.selfId(), 2,
				"hi".getBytes(StandardCharsets.UTF_8)));
		cluster.run(Duration.ofMillis(100));
		assertThat(cluster.node("n2").frames).containsExactly("n1:hi");
	}

	@Test
	void listDeclaredOnANodeOfThePreviousVersionReachesAll() {
		TestCluster cluster = cluster("n1");
		List<String> list = TestCluster.addresses("n1", "n2", "n3", "n4");
		cluster.node("n1").execute(() -> cluster.node("n1").membership.setMembers(list));
		cluster.runUntil(Duration.ofSeconds(5),
				() -> cluster.nodes().stream().allMatch((node) -> node.membership.declared().addresses().equals(list)));
	}

	private static TestCluster cluster(String previous) {
		TestCluster cluster = new TestCluster(7);
		cluster.previous.addAll(List.of(previous.split(",")));
		return cluster.up("n1", "n2", "n3");
	}

}
