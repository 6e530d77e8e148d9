package io.horde.cluster.membership;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import io.horde.cluster.Member;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.protocol.Hello;
import io.horde.cluster.protocol.MemberRecord;
import io.horde.cluster.protocol.ProtocolRange;
import io.horde.cluster.protocol.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A node of this version shares a cluster with nodes of the next one, as in a rolling
 * upgrade for which this is the previous version; those that are older are refused.
 */
class PreviousVersionTests {

	@Test
	void helloOfAnEarlierVersionIsRefusedWithTheRemedy() {
		TestCluster cluster = new TestCluster(1).up("n1");
		Hello own = new Hello(ProtocolRange.CURRENT, "horde", 5, record(cluster, "n1"));
		assertThat(LinkAdmission.judge(own, "n2:7420", OtherVersion.previous(own.toBytes()), (record) -> null,
				(name) -> -1))
			.isNotNull()
			.satisfies((refused) -> {
				assertThat(refused.kind()).isEqualTo(Refusal.PROTOCOL);
				assertThat(refused.sentence()).contains("speaks version 1 to 3", "version 4", "upgrade the older one");
			});
	}

	private static MemberRecord record(TestCluster cluster, String name) {
		MemberState state = cluster.node(name).membership.view().own();
		return new MemberRecord(state.id(), 1, state.address(), state.status(), state.labels(), state.weight(),
				state.version(), state.types());
	}

	@Test
	void nodeOfAnEarlierVersionBecomesNoMemberAndTheOthersGoOn() {
		TestCluster cluster = new TestCluster(7);
		cluster.previous.add("n3");
		cluster.up("n1", "n2");
		cluster.start("n3", TestCluster.addresses("n1", "n2", "n3"));
		cluster.run(Duration.ofSeconds(30));
		for (String name : List.of("n1", "n2")) {
			assertThat(cluster.node(name).membership.view().list()).as(cluster.describe())
				.extracting(Member::name)
				.containsExactly("n1", "n2");
			assertThat(cluster.node(name).membership.view().up()).hasSize(2);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "n1", "n2", "n1,n2", "n1,n2,n3" })
	void nodesOfBothVersionsAreMembersOfOneCluster(String next) {
		TestCluster cluster = cluster(next);
		cluster.run(Duration.ofSeconds(20));
		assertThat(cluster.allSee(MemberStatus.UP, "n1", "n2", "n3")).as(cluster.describe()).isTrue();
		cluster.node("n2").kill();
		cluster.runUntil(Duration.ofSeconds(1), () -> cluster.othersSee("n2", MemberStatus.DOWN));
		cluster.start("n2", TestCluster.addresses("n1", "n2", "n3"));
		cluster.runUntil(Duration.ofSeconds(20), () -> cluster.allSee(MemberStatus.UP, "n1", "n2", "n3"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "n1", "n2", "n3" })
	void nodesOfBothVersionsVouchForEachOtherAndRelayFrames(String next) {
		TestCluster cluster = cluster(next);
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
	void listDeclaredOnANodeOfTheNextVersionReachesAll() {
		TestCluster cluster = cluster("n1");
		List<String> list = TestCluster.addresses("n1", "n2", "n3", "n4");
		cluster.node("n1").execute(() -> cluster.node("n1").membership.setMembers(list));
		cluster.runUntil(Duration.ofSeconds(5),
				() -> cluster.nodes().stream().allMatch((node) -> node.membership.declared().addresses().equals(list)));
	}

	private static TestCluster cluster(String next) {
		TestCluster cluster = new TestCluster(7);
		cluster.next.addAll(List.of(next.split(",")));
		return cluster.up("n1", "n2", "n3");
	}

}
