package io.horde.cluster.membership;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.Quorum;
import io.horde.cluster.protocol.TypeAnnouncement;
import io.horde.crdt.ReplicaId;
import io.horde.node.Changed;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of {@link Membership} in ordinary life.
 */
class MembershipTests {

	@Test
	void nodesFindEachOtherAndAreUp() {
		TestCluster cluster = new TestCluster(1);
		List<String> addresses = TestCluster.addresses("n1", "n2", "n3");
		addresses.forEach((address) -> cluster.start(address.substring(0, 2), addresses));
		Duration took = cluster.runUntil(Duration.ofSeconds(5),
				() -> cluster.allSee(MemberStatus.UP, "n1", "n2", "n3"));
		assertThat(took).isLessThan(Duration.ofSeconds(2));
	}

	@Test
	void aNodeThatKnowsOneSeedFindsAll() {
		TestCluster cluster = new TestCluster(2).up("n1", "n2", "n3", "n4");
		cluster.start("n5", TestCluster.addresses("n1"));
		cluster.runUntil(Duration.ofSeconds(5), () -> cluster.allSee(MemberStatus.UP, "n1", "n2", "n3", "n4", "n5"));
		assertThat(cluster.node("n5").membership.linked()).hasSize(4);
	}

	@Test
	void aNodeWithoutOthersIsACompleteCluster() {
		TestCluster cluster = new TestCluster(3).up("n1");
		assertThat(cluster.node("n1").bootedAt).isNotNull();
		assertThat(cluster.node("n1").membership.members()).singleElement()
			.satisfies((member) -> assertThat(member.self()).isTrue());
	}

	@Test
	void aStatusIsAnnouncedAtOnce() {
		TestCluster cluster = new TestCluster(4).up("n1", "n2", "n3");
		cluster.run(Duration.ofMillis(100));
		cluster.node("n2").execute(cluster.node("n2").membership::leaving);
		Duration took = cluster.runUntil(Duration.ofSeconds(1), () -> cluster.othersSee("n2", MemberStatus.LEAVING));
		assertThat(took).isLessThan(Duration.ofMillis(10));
	}

	@Test
	void aNodeThatSaysGoodByeHasLeftAndIsNeverDown() {
		TestCluster cluster = new TestCluster(5).up("n1", "n2", "n3");
		TestCluster.Node leaver = cluster.node("n2");
		leaver.execute(() -> {
			leaver.membership.leaving();
			leaver.membership.left();
			leaver.membership.stop();
		});
		cluster.run(Duration.ofMillis(20));
		leaver.kill();
		cluster.run(Duration.ofSeconds(10));
		assertThat(cluster.othersSee("n2", MemberStatus.LEFT)).as(cluster::describe).isTrue();
		assertThat(cluster.node("n1").events("n2")).doesNotContain("n2 DOWN", "n2 UNREACHABLE");
	}

	@Test
	void announcedTypesReachTheOthers() {
		TestCluster cluster = new TestCluster(6);
		TestCluster.Node node = cluster.start("n1", TestCluster.addresses("n1", "n2"));
		node.membership.announce(List.of(new TypeAnnouncement("poller", 2, Map.of("zone", "a"))));
		cluster.start("n2", TestCluster.addresses("n1", "n2"));
		cluster.runUntil(Duration.ofSeconds(5), () -> cluster.allSee(MemberStatus.UP, "n1", "n2"));
		assertThat(cluster.node("n2").state("n1").types().get("poller"))
			.isEqualTo(new TypeAnnouncement("poller", 2, Map.of("zone", "a")));
	}

	@Test
	void heartbeatPartsTravelWithHeartbeats() {
		TestCluster cluster = new TestCluster(7);
		TestCluster.Node first = cluster.start("n1", TestCluster.addresses("n1", "n2"));
		TestCluster.Node second = cluster.start("n2", TestCluster.addresses("n1", "n2"));
		RecordingPart part = new RecordingPart();
		first.membership.contribute(part);
		second.membership.contribute(part);
		cluster.run(Duration.ofSeconds(3));
		assertThat(part.read).contains("n2 wrote to n1", "n1 wrote to n2");
	}

	@Test
	void framesReachTheReceiverOfTheirChannel() {
		TestCluster cluster = new TestCluster(8).up("n1", "n2");
		TestCluster.Node sender = cluster.node("n1");
		ReplicaId receiver = cluster.node("n2").membership.selfId();
		sender.execute(
				() -> assertThat(sender.membership.send(receiver, 2, "hi".getBytes(StandardCharsets.UTF_8))).isTrue());
		cluster.run(Duration.ofMillis(10));
		assertThat(cluster.node("n2").frames).containsExactly("n1:hi");
	}

	@Test
	void nothingIsSentToAnUnknownMember() {
		TestCluster cluster = new TestCluster(9).up("n1", "n2");
		assertThat(cluster.node("n1").membership.send(new ReplicaId("n9", 1), 2, new byte[1])).isFalse();
	}

	@Test
	void aNewIncarnationReplacesADeadOne() {
		TestCluster cluster = new TestCluster(10).up("n1", "n2", "n3");
		ReplicaId old = cluster.node("n2").membership.selfId();
		cluster.node("n2").kill();
		cluster.run(Duration.ofMillis(50));
		cluster.start("n2", TestCluster.addresses("n1", "n2", "n3"));
		cluster.runUntil(Duration.ofSeconds(5), () -> cluster.allSee(MemberStatus.UP, "n1", "n2", "n3"));
		MembershipView view = cluster.node("n1").membership.view();
		assertThat(view.hides(old)).isTrue();
		assertThat(view.isReplaced(old)).isTrue();
		assertThat(Objects.requireNonNull(view.living("n2")).id()).isEqualTo(cluster.node("n2").membership.selfId());
	}

	@Test
	void aForgottenMemberCountsAsHavingLeft() {
		TestCluster cluster = new TestCluster(11).up("n1", "n2", "n3");
		cluster.node("n2").kill();
		cluster.runUntil(Duration.ofSeconds(1), () -> cluster.othersSee("n2", MemberStatus.DOWN));
		cluster.node("n1").membership.forget("n2");
		cluster.runUntil(Duration.ofSeconds(2), () -> cluster.othersSee("n2", MemberStatus.LEFT));
	}

	@Test
	void aLivingOrUnknownMemberCannotBeForgotten() {
		Membership membership = new TestCluster(12).up("n1", "n2").node("n1").membership;
		assertThatIllegalStateException().isThrownBy(() -> membership.forget("n2")).withMessageContaining("n2 is UP");
		assertThatIllegalArgumentException().isThrownBy(() -> membership.forget("n9"));
	}

	@Test
	void membersThatAreGoneAreForgottenInTheEnd() {
		TestCluster cluster = new TestCluster(13).up("n1", "n2", "n3");
		cluster.node("n2").kill();
		cluster.run(Duration.ofMinutes(21));
		assertThat(cluster.node("n1").status("n2")).isNull();
		assertThat(cluster.node("n3").status("n2")).isNull();
		assertThat(cluster.allSee(MemberStatus.UP, "n1", "n3")).isTrue();
	}

	@Test
	void aDeclaredListReachesAllAndRemovesWhoIsNotInIt() {
		TestCluster cluster = new TestCluster(14);
		cluster.start("n1", List.of("n1:7420"));
		cluster.start("n2", List.of("n2:7420"));
		cluster.start("n3", List.of("n3:7420"));
		cluster.run(Duration.ofSeconds(1));
		cluster.node("n1").membership.setMembers(TestCluster.addresses("n1", "n2", "n3"));
		cluster.runUntil(Duration.ofSeconds(5), () -> cluster.allSee(MemberStatus.UP, "n1", "n2", "n3"));
		cluster.node("n2").membership.setMembers(TestCluster.addresses("n1", "n2"));
		cluster.runUntil(Duration.ofSeconds(2), () -> cluster.node("n3").removed);
		assertThat(cluster.node("n1").removed).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "n2", "n2:0", "n2:70000", "", ":7420", "n\uD83D:7420" })
	void aDeclaredListWithSomethingElseThanAddressesIsRefusedAsAWhole(String nonsense) {
		TestCluster cluster = new TestCluster(18);
		cluster.start("n1", List.of("n1:7420"));
		cluster.start("n2", TestCluster.addresses("n1", "n2"));
		cluster.runUntil(Duration.ofSeconds(5), () -> cluster.allSee(MemberStatus.UP, "n1", "n2"));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> cluster.node("n1").membership.setMembers(List.of("n1:7420", nonsense)))
			.withMessageContaining("host:port");
		cluster.run(Duration.ofSeconds(5));
		assertThat(cluster.allSee(MemberStatus.UP, "n1", "n2")).isTrue();
	}

	@Test
	void listenersSeeTheViewsInOrderWhateverTheyDo() {
		TestCluster cluster = new TestCluster(17);
		TestCluster.Node node = cluster.start("n1", TestCluster.addresses("n1", "n2"));
		List<Long> versions = new ArrayList<>();
		node.membership.addListener(new MembershipListener() {

			@Override
			public void viewChanged(MembershipView before, MembershipView after) {
				node.membership.leaving();
			}

		});
		node.membership.addListener(new MembershipListener() {

			@Override
			public void viewChanged(MembershipView before, MembershipView after) {
				assertThat(after.version()).isEqualTo(before.version() + 1);
				versions.add(after.version());
			}

		});
		cluster.start("n2", TestCluster.addresses("n1", "n2"));
		cluster.run(Duration.ofSeconds(2));
		assertThat(versions).hasSizeGreaterThan(2).isSorted();
	}

	@Test
	void aWallClockThatIsOffIsCorrected() {
		TestCluster cluster = new TestCluster(18).up("n1", "n2", "n3");
		List<Long> corrections = new ArrayList<>();
		cluster.node("n2").membership.addListener(new MembershipListener() {

			@Override
			public void clockCorrected(long millis) {
				corrections.add(millis);
			}

		});
		cluster.node("n2").loop.clock().step(Duration.ofSeconds(-30));
		cluster.run(Duration.ofSeconds(10));
		cluster.node("n2").loop.clock().step(Duration.ofSeconds(30));
		cluster.run(Duration.ofSeconds(10));
		assertThat(corrections).isNotEmpty().last().isEqualTo(0L);
		assertThat(corrections.get(0)).isBetween(29_000L, 31_000L);
	}

	@Test
	void withoutExpectedSizeThereIsNoQuorum() {
		Membership membership = new TestCluster(15).up("n1", "n2", "n3").node("n1").membership;
		assertThat(membership.quorum()).isEqualTo(new Quorum(false, 3, 0, 0));
	}

	@Test
	void aMajorityOfTheExpectedSizeIsAQuorum() {
		TestCluster cluster = new TestCluster(16).with((settings) -> Changed.of(settings, "expectedSize", 3))
			.up("n1", "n2", "n3");
		assertThat(cluster.node("n1").membership.quorum()).isEqualTo(new Quorum(true, 3, 2, 3));
		cluster.node("n2").kill();
		cluster.node("n3").kill();
		cluster.run(Duration.ofSeconds(1));
		assertThat(cluster.node("n1").membership.quorum()).isEqualTo(new Quorum(false, 1, 2, 3));
	}

	/**
	 * Writes who writes to whom.
	 */
	private static final class RecordingPart implements HeartbeatPart {

		private final Set<String> read = new TreeSet<>();

		@Override
		public String name() {
			return "test";
		}

		@Override
		public byte[] write(ReplicaId to) {
			return to.node().getBytes(StandardCharsets.UTF_8);
		}

		@Override
		public void read(ReplicaId from, byte[] bytes) {
			this.read.add(from.node() + " wrote to " + new String(bytes, StandardCharsets.UTF_8));
		}

	}

}
