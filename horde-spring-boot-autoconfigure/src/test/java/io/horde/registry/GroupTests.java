package io.horde.registry;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.horde.process.StopReason;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for groups: names with many owners.
 */
class GroupTests {

	private final RegistryCluster cluster = new RegistryCluster(9, 3).up();

	private final RegistryNode a = this.cluster.node("a");

	private final RegistryNode b = this.cluster.node("b");

	private final List<String> heard = new ArrayList<>();

	@Test
	void aMemberIsThereAtOnceOnItsNodeAndSoonOnTheOthers() {
		this.a.registry.group("g").join("value");
		assertThat(this.a.registry.group("g").name()).isEqualTo("g");
		assertThat(members(this.a)).containsExactly("g -> a");
		this.cluster.run(Duration.ofMillis(50));
		assertThat(members(this.b)).containsExactly("g -> a");
		assertThat(this.b.registry.group("g").members().findFirst().orElseThrow().value(String.class))
			.isEqualTo("value");
	}

	@Test
	void manyOwnersShareAGroup() {
		this.cluster.start("a", "p", "plain", "p", 1);
		this.cluster.start("a", "q", "plain", "q", 1);
		this.a.ownedBy("p").group("g").join(1);
		this.a.ownedBy("q").group("g").join(2);
		this.b.registry.group("g").join(3);
		this.cluster.run(Duration.ofMillis(50));
		assertThat(members(this.b)).containsExactly("g -> b", "g -> p on a", "g -> q on a");
		assertThat(this.b.registry.group("g").localMembers().map(Object::toString)).containsExactly("g -> b");
	}

	@Test
	void joiningAgainReplacesTheValue() {
		this.a.registry.group("g").join(1);
		this.a.registry.group("g").join(2);
		this.cluster.run(Duration.ofMillis(50));
		assertThat(this.b.registry.group("g").members().map((entry) -> entry.value(Integer.class))).containsExactly(2);
	}

	@Test
	void onlyOnesOwnMembershipEnds() {
		this.a.registry.group("g").join(1);
		this.b.registry.group("g").join(2);
		this.cluster.run(Duration.ofMillis(50));
		assertThat(this.a.registry.group("g").leave()).isTrue();
		assertThat(this.a.registry.group("g").leave()).isFalse();
		this.cluster.run(Duration.ofMillis(50));
		assertThat(members(this.b)).containsExactly("g -> b");
	}

	@Test
	void aProcessThatEndsLeavesItsGroups() {
		this.cluster.start("a", "p", "plain", "p", 1);
		this.a.ownedBy("p").group("g").join(1);
		this.cluster.run(Duration.ofMillis(50));
		this.a.stopProcess("p", StopReason.TERMINATED);
		this.cluster.run(Duration.ofMillis(50));
		assertThat(members(this.b)).isEmpty();
		assertThat(this.a.engine.stats().groupMembers()).isZero();
	}

	@Test
	void membersOfANodeThatIsDownAreHidden() {
		this.cluster.node("c").registry.group("g").join(1);
		this.cluster.run(Duration.ofMillis(50));
		this.cluster.kill("c");
		this.cluster.awaitDown("a", "c");
		assertThat(members(this.a)).isEmpty();
	}

	@Test
	void groupsWhoseNamesBeginAlikeAreDifferentGroups() {
		this.a.registry.group("g").join(1);
		this.a.registry.group("gg").join(1);
		assertThat(members(this.a)).hasSize(1);
	}

	@Test
	void aProxyCallsAllMembers() {
		this.cluster.nodes().forEach((node) -> {
			String name = node.membership.selfId().node();
			node.factory.register("listener", (context) -> (Listener) (text) -> this.heard.add(name + " " + text),
					Listener.class);
			this.cluster.start(name, "p" + name, "listener", "p" + name, 1);
			node.ownedBy("p" + name).group("g").join(null);
		});
		this.cluster.run(Duration.ofMillis(50));
		this.a.registry.group("g").proxy(Listener.class).hear("hello");
		this.cluster.run(Duration.ofMillis(50));
		assertThat(this.heard).containsExactlyInAnyOrder("a hello", "b hello", "c hello");
	}

	@Test
	void aProxyOfAGroupNeedsMethodsThatReturnNothing() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.a.registry.group("g").proxy(Comparable2.class))
			.withMessageContaining("'g'");
	}

	@Test
	void dispatchReachesLocalMembers() {
		this.a.registry.group("g").join(1);
		this.b.registry.group("g").join(2);
		this.cluster.run(Duration.ofMillis(50));
		assertThat(this.a.registry.dispatch("g", (entry) -> this.heard.add(entry.toString()))).isEqualTo(1);
		assertThat(this.heard).containsExactly("g -> a");
	}

	private static List<String> members(RegistryNode node) {
		return node.registry.group("g").members().map(Object::toString).sorted().toList();
	}

	public interface Listener {

		void hear(String text);

	}

	public interface Comparable2 {

		int compare(String text);

	}

}
