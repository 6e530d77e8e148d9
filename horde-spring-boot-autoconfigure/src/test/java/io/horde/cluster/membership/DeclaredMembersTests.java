package io.horde.cluster.membership;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

import io.horde.cluster.HordeCluster;
import io.horde.cluster.MemberStatus;
import io.horde.test.Faults;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One call of {@link HordeCluster#setMembers} on one node is enough, and the last one
 * wins as a whole (M7).
 */
class DeclaredMembersTests {

	private static final Duration SOON = Duration.ofSeconds(15);

	private static final int SEEDS = Integer.getInteger("horde.simulation.declared.seeds", 100);

	@Test
	void oneCallIsEnoughThoughFramesAreLost() {
		TestCluster cluster = strangers(1, "n1", "n2", "n3", "n4", "n5");
		cluster.network().faults(Faults.NONE.withLoss(0.3).withDelay(Duration.ofMillis(1), Duration.ofMillis(200)));
		declare(cluster, "n1", "n1", "n2", "n3", "n4", "n5");
		cluster.runUntil(SOON, () -> cluster.allSee(MemberStatus.UP, "n1", "n2", "n3", "n4", "n5"));
		assertThat(cluster.nodes()).noneMatch((node) -> node.removed);
	}

	@Test
	void nodeThatIsCutOffWhenTheListIsDeclaredJoinsWhenItCan() {
		TestCluster cluster = strangers(2, "n1", "n2", "n3");
		cluster.network().partition(List.of("n3"), List.of("n1", "n2"));
		declare(cluster, "n1", "n1", "n2", "n3");
		cluster.run(Duration.ofSeconds(20));
		cluster.network().heal();
		cluster.runUntil(SOON, () -> cluster.allSee(MemberStatus.UP, "n1", "n2", "n3"));
	}

	@Test
	void memberThatWasRemovedWhileItWasCutOffHearsOfItWhenItIsBack() {
		TestCluster cluster = declared(3);
		cluster.network().partition(List.of("n3"), List.of("n1", "n2"));
		cluster.run(Duration.ofSeconds(20));
		declare(cluster, "n1", "n1", "n2");
		cluster.run(Duration.ofSeconds(20));
		assertThat(cluster.node("n3").removed).isFalse();
		cluster.network().heal();
		cluster.runUntil(SOON, () -> cluster.node("n3").removed);
	}

	@Test
	void listThatWasDeclaredLastWinsThoughTheOtherSideHadRemovedItsAuthor() {
		TestCluster cluster = declared(4);
		cluster.network().partition(List.of("n3"), List.of("n1", "n2"));
		cluster.run(Duration.ofSeconds(20));
		declare(cluster, "n1", "n1", "n2");
		cluster.run(Duration.ofSeconds(1));
		declare(cluster, "n3", "n2", "n3");
		cluster.run(Duration.ofSeconds(20));
		cluster.network().heal();
		cluster.runUntil(SOON, () -> cluster.node("n1").removed);
		assertThat(cluster.node("n2").removed).isFalse();
		assertThat(cluster.node("n3").removed).isFalse();
	}

	@Test
	void nodeThatIsStartedAgainWithoutAnyCandidateIsFoundByTheOthers() {
		TestCluster cluster = declared(5);
		cluster.node("n2").kill();
		cluster.run(Duration.ofSeconds(20));
		cluster.start("n2", List.of("n2:7420"));
		cluster.runUntil(SOON, () -> cluster.allSee(MemberStatus.UP, "n1", "n2", "n3"));
	}

	@Test
	void lastListWinsWhateverWasDeclaredWhereAndWhenUnderFaults() {
		List<Long> failed = new ArrayList<>();
		for (long seed = 1; seed <= SEEDS; seed++) {
			if (!lastListWins(seed)) {
				failed.add(seed);
			}
		}
		assertThat(failed).as("failed seeds").isEmpty();
	}

	private boolean lastListWins(long seed) {
		SplittableRandom random = new SplittableRandom(seed);
		List<String> names = List.of("n1", "n2", "n3", "n4");
		TestCluster cluster = strangers(seed, names.toArray(String[]::new));
		declare(cluster, "n1", names.toArray(String[]::new));
		cluster.runUntil(SOON, () -> cluster.allSee(MemberStatus.UP, "n1", "n2", "n3", "n4"));
		List<String> last = names;
		for (int call = random.nextInt(1, 5); call > 0; call--) {
			cluster.network().heal();
			cluster.network().faults(Faults.NONE.withLoss(random.nextDouble(0.4)));
			List<String> some = names.stream().filter((name) -> random.nextBoolean()).toList();
			cluster.network().partition(some, names.stream().filter((name) -> !some.contains(name)).toList());
			cluster.run(Duration.ofMillis(random.nextInt(10_000)));
			last = names.stream().filter((name) -> random.nextInt(4) > 0).toList();
			declare(cluster, names.get(random.nextInt(names.size())), last.toArray(String[]::new));
			cluster.run(Duration.ofMillis(1 + random.nextInt(2000)));
		}
		cluster.network().heal();
		List<String> members = last;
		return cluster.simulation.runUntil(() -> agree(cluster, members), Duration.ofSeconds(60));
	}

	private boolean agree(TestCluster cluster, List<String> members) {
		for (TestCluster.Node node : cluster.nodes()) {
			if (!members.contains(node.name()) && !node.removed) {
				return false;
			}
			for (String member : members) {
				if (members.contains(node.name()) && node.status(member) != MemberStatus.UP) {
					return false;
				}
			}
		}
		return true;
	}

	/* Each knows nobody but itself. */
	private static TestCluster strangers(long seed, String... names) {
		TestCluster cluster = new TestCluster(seed);
		for (String name : names) {
			cluster.start(name, List.of(name + ":7420"));
		}
		cluster.run(Duration.ofSeconds(1));
		return cluster;
	}

	private static TestCluster declared(long seed) {
		TestCluster cluster = strangers(seed, "n1", "n2", "n3");
		declare(cluster, "n2", "n1", "n2", "n3");
		cluster.runUntil(SOON, () -> cluster.allSee(MemberStatus.UP, "n1", "n2", "n3"));
		return cluster;
	}

	private static void declare(TestCluster cluster, String by, String... names) {
		cluster.node(by).membership.setMembers(TestCluster.addresses(names));
	}

}
