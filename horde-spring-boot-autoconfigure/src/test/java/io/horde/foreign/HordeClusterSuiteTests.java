package io.horde.foreign;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import io.horde.cluster.Member;
import io.horde.cluster.MemberStatus;
import io.horde.node.Changed;
import io.horde.process.IgnoreProcessException;
import io.horde.registry.NameQuery;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.ProcessRef;
import io.horde.supervisor.StartResult;
import io.horde.supervisor.TestCluster;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Horde's cases about members, partitions, and supervisor and registry together:
 * {@code cluster_test.exs}, {@code local_cluster_test.exs}, {@code netsplit_test.exs},
 * {@code network_partition_test.exs}, {@code mixed_test.exs}.
 * <p>
 * A node has one membership here, which its supervisor and its registry share; cases that
 * exist once for each of them are one.
 */
class HordeClusterSuiteTests extends ForeignSuite {

	@Test
	@Upstream({ "cluster_test.exs: members option > can join registry by specifying members in init",
			"cluster_test.exs: members option > can join supervisor by specifying members in init" })
	void nodesThatAreGivenEachOthersAddressesAreOneCluster() {
		this.cluster.with("n1", "n2");
		assertThat(members("n1").members()).extracting(Member::name).containsExactly("n1", "n2");
	}

	@Test
	@Upstream({ "cluster_test.exs: .members/1 > Registry returns same thing after setting members twice",
			"cluster_test.exs: .members/1 > Supervisor returns same thing after setting members twice" })
	void settingTheMembersTwiceChangesNothing() {
		this.cluster.with("n1", "n2");
		setMembers("n1", "n2", "n1");
		assertThat(up("n1")).containsExactly("n1", "n2");
		setMembers("n1", "n2", "n1");
		assertThat(up("n1")).containsExactly("n1", "n2");
		pass(Duration.ofSeconds(10));
		assertThat(up("n1")).isEqualTo(up("n2")).containsExactly("n1", "n2");
	}

	@Test
	@Upstream({ "cluster_test.exs: .set_members/2 > returns true when registries joined",
			"cluster_test.exs: .set_members/2 > returns true when supervisors joined",
			"registry_test.exs: .set_members/2 > two hordes can join each other",
			"registry_test.exs: .set_members/2 > three nodes can make a single registry" })
	void oneNodeDeclaresTheMembersForAll() {
		this.cluster.with("n1", "n2", "n3");
		setMembers("n1", "n1", "n2", "n3");
		pass();
		assertThat(up("n2")).containsExactly("n1", "n2", "n3");
	}

	@Test
	@Upstream({ "cluster_test.exs: .set_members/2 > returns true when other registry doesn't exist",
			"cluster_test.exs: .set_members/2 > returns true when other supervisor doesn't exist" })
	void aMemberThatDoesNotExistCanBeDeclared() {
		this.cluster.with("n1");
		setMembers("n1", "n1", "nobody");
		pass(Duration.ofSeconds(10));
		assertThat(up("n1")).containsExactly("n1");
	}

	@Test
	@Upstream({ "cluster_test.exs: .set_members/2 > can join and unjoin supervisor with set_members",
			"cluster_test.exs: .set_members/2 > can join and unjoin registry with set_members" })
	void aMemberThatIsNotDeclaredAnyMoreLeaves() {
		this.cluster.with("n1", "n2");
		setMembers("n1", "n1", "n2");
		pass();
		assertThat(up("n1")).containsExactly("n1", "n2");
		setMembers("n1", "n1");
		this.cluster.await("n2 has left", () -> up("n1").equals(List.of("n1")));
	}

	@Test
	@Upstream("cluster_test.exs: .set_members/2 > supervisor can start child")
	void aNodeThatIsDeclaredAloneStartsChildren() {
		this.cluster.with("n1");
		setMembers("n1", "n1");
		assertThat(start("n1", ChildSpec.of(TestCluster.ROOM)).node()).isEqualTo("n1");
	}

	@Test
	@Upstream({ "cluster_test.exs: auto cluster membership > supervisor should be registered on all clusters",
			"cluster_test.exs: auto cluster membership > registry should be registered on all clusters" })
	void discoveredNodesSeeEachOther() {
		this.cluster.with("n1", "n2", "n3");
		assertThat(this.cluster.nodes.keySet())
			.allSatisfy((node) -> assertThat(up(node)).containsExactly("n1", "n2", "n3"));
	}

	@Test
	@Upstream("cluster_test.exs: auto cluster membership > a new node should be auto added to the cluster")
	void aNodeThatIsDiscoveredLaterIsAdded() {
		this.cluster.with("n1", "n2");
		this.cluster.with("n3");
		assertThat(up("n1")).containsExactly("n1", "n2", "n3");
	}

	/**
	 * A dead member stays in the list as {@code DOWN} until it is forgotten, so that
	 * nothing it left is lost if it was only cut off.
	 */
	@Test
	@Upstream("cluster_test.exs: auto cluster membership > a dead node should be auto removed from the cluster")
	void aDeadNodeIsDownAndForgottenLater() {
		this.cluster.settings((all) -> all.with(Changed.of(all.membership(), "forgetAfter", Duration.ofSeconds(30))))
			.with("n1", "n2", "n3");
		this.cluster.crash("n3");
		this.cluster.await("n3 is down", () -> up("n1").equals(List.of("n1", "n2")));
		assertThat(members("n1").members()).extracting(Member::status).contains(MemberStatus.DOWN);
		assertThat(members("n1").members()).extracting(Member::name).contains("n3");
		pass(Duration.ofMinutes(2));
		assertThat(members("n1").members()).extracting(Member::name).containsExactly("n1", "n2");
	}

	@Test
	@Upstream("local_cluster_test.exs: a heal after a netsplit should ensure the process keeps running")
	void ofTwoCopiesAfterAPartitionOneGoesOn() {
		this.cluster.with("n1", "n2");
		ProcessRef process = start("n1", TestCluster.spec("process"));
		pass();
		String other = process.node().equals("n1") ? "n2" : "n1";
		part(List.of("n1"), List.of("n2"));
		this.cluster.await("it runs on the other node too", () -> this.cluster.places("process").contains(other));
		assertThat(this.cluster.places("process")).containsExactlyInAnyOrder("n1", "n2");
		heal();
		this.cluster.awaitRest(1);
		assertThat(whereis("n1", "process")).isEqualTo(whereis("n2", "process"))
			.isEqualTo("process -> process on " + run("process").node.name);
	}

	@Test
	@Upstream("netsplit_test.exs: test netsplit")
	void bothSidesOfANetsplitServeAllNamesAndAfterItEachHasOneProcess() {
		int count = 1000;
		this.cluster.with("n1", "n2", "n3", "n4").startChildren("n1", count);
		this.cluster.awaitRest(count);
		part(List.of("n1", "n2"), List.of("n3", "n4"));
		this.cluster.await("each side runs all",
				() -> List.of("n1", "n3").stream().allMatch((node) -> resolved(node, count) == count));
		heal();
		this.cluster.awaitRest(count);
		assertThat(resolved("n1", count)).isEqualTo(count);
		assertThat(resolved("n3", count)).isEqualTo(count);
	}

	@Test
	@Upstream("network_partition_test.exs: recovers as expected in case of network partition")
	void aNamedProcessOfTwoClustersIsOneWhenTheyHaveMetAndStaysOneThroughAPartition() {
		apart("n1", "n2");
		start("n1", TestCluster.spec("worker"));
		start("n2", TestCluster.spec("worker"));
		assertThat(this.cluster.places("worker")).hasSize(2);
		heal();
		this.cluster.awaitRest(1);
		part(List.of("n1"), List.of("n2"));
		pass(Duration.ofMillis(100));
		heal();
		pass(Duration.ofMillis(100));
		this.cluster.awaitRest(1);
		assertThat(supervisor("n1").children()).isEqualTo(supervisor("n2").children().toList()).hasSize(1);
	}

	@Test
	@Upstream("network_partition_test.exs: recovers as expected in case of node stopping")
	void aNamedProcessOfTwoClustersThatMetSurvivesTheEndOfEitherNode() {
		for (String gone : List.of("n1", "n2")) {
			this.cluster = new TestCluster(43);
			apart("n1", "n2");
			start("n1", TestCluster.spec("worker"));
			start("n2", TestCluster.spec("worker"));
			heal();
			this.cluster.awaitRest(1);
			this.cluster.crash(gone);
			this.cluster.awaitRest(1);
			assertThat(run("worker").node.name).isNotEqualTo(gone);
		}
	}

	/**
	 * Each child registers a name of its own while it is created, and is ignored if
	 * somebody has it.
	 */
	@Test
	@Upstream("mixed_test.exs: supervisor and registry working together")
	void childrenThatRegisterNamesAreAllThereAfterTheirNodeHasLeft() {
		int count = 1000;
		this.cluster.with("n1", "n2");
		this.cluster.behaviour((run) -> {
			if (!run.node.registry().ownedBy(run.context).tryRegister("name of " + run.id(), null)) {
				throw new IgnoreProcessException("Another one has the name");
			}
		});
		assertThat(startMany("n1", TestCluster.ROOM, count)).extracting(StartResult::process).doesNotContainNull();
		this.cluster.awaitRest(count);
		get(supervisor("n1").leave());
		this.cluster.node("n1").left = true;
		this.cluster.await("n2 runs all", () -> supervisor("n2").countChildren().active() == count);
		assertThat(registry("n2").count(NameQuery.prefix("name of "))).isEqualTo(count);
	}

	private long resolved(String node, int count) {
		return IntStream.range(0, count).filter((i) -> registry(node).lookup("room-" + i).isPresent()).count();
	}

	private void setMembers(String node, String... members) {
		members(node).setMembers(List.of(members).stream().map((member) -> member + ":7420").toList());
	}

}
