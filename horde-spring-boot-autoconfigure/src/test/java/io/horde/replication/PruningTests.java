package io.horde.replication;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.horde.crdt.DotContext;
import io.horde.crdt.ReplicaId;
import io.horde.test.Simulation;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of R6: incarnations that are gone for good are forgotten, and nothing else is.
 */
class PruningTests {

	private static final List<String> MEMBERS = List.of("a", "b", "c");

	private static final Duration FORGET_AFTER = Duration.ofSeconds(20);

	/**
	 * What the periods of the pruning and the spreading of a record take.
	 */
	private static final Duration SLACK = Duration.ofSeconds(5);

	private final Simulation simulation = new Simulation(6);

	private final Map<String, TestNode> nodes = new TreeMap<>();

	private final Map<ReplicaId, Duration> gone = new HashMap<>();

	private final List<String> outdated = new ArrayList<>();

	private long incarnations;

	private TestNode start(String name) {
		TestNode former = this.nodes.get(name);
		if (former != null && former.loop.isAlive()) {
			crash(name);
		}
		TestNode node = new TestNode(this.simulation, name, ++this.incarnations, ReplicationSettings.defaults());
		node.peers.forgetting(FORGET_AFTER, () -> this.simulation.after(Duration.ZERO, () -> {
			this.outdated.add(name);
			start(name);
		}));
		this.nodes.put(name, node.start(MEMBERS));
		return node;
	}

	private void startAll() {
		MEMBERS.forEach(this::start);
		this.simulation.run(Duration.ofSeconds(5));
	}

	private void crash(String name) {
		TestNode node = this.nodes.get(name);
		this.gone.put(node.id, this.simulation.now());
		node.loop.kill();
	}

	private TestNode node(String name) {
		return this.nodes.get(name);
	}

	private void run(int seconds) {
		this.simulation.run(Duration.ofSeconds(seconds));
	}

	private void part(List<String> some, List<String> others) {
		this.simulation.network().linkTimeout(Duration.ofMillis(500));
		this.simulation.network().partition(some, others);
	}

	private byte[] export(String name, String key) {
		return node(name).replicator.writeAndExport((writes) -> writes.put(node(name).names, key, "value")).delta();
	}

	private boolean knows(String name, ReplicaId origin) {
		return node(name).replicator.store().origins().all().contains(origin);
	}

	private void assertBounded() {
		for (TestNode node : this.nodes.values()) {
			for (ReplicaId origin : node.replicator.store().origins().all()) {
				Duration since = this.gone.get(origin);
				assertThat(since == null || node.replicator.store().origins().rest(origin).living() > 0
						|| this.simulation.now().minus(since).compareTo(FORGET_AFTER.plus(SLACK)) < 0)
					.as("%s keeps %s at %s", node, origin, this.simulation.now())
					.isTrue();
			}
			assertThat(node.replicator.exchange().history().chain().records().size()).isLessThanOrEqualTo(12);
		}
	}

	@Test
	void hundredsOfRestartsLeaveNoMoreThanTheLastOnes() {
		startAll();
		node("b").put("lasting", "value");
		for (int restart = 0; restart < 400; restart++) {
			String name = MEMBERS.get(restart % 3);
			TestNode node = node(name);
			node.put("name-" + restart, "value");
			node.put("other-" + restart, "value");
			node.remove("name-" + restart);
			run(1);
			node(MEMBERS.get((restart + 1) % 3)).remove("other-" + restart);
			run(1);
			start(name);
			run(2);
			assertBounded();
		}
		assertThat(node("a").replicator.stats().origins()).isLessThan(15);
		assertThat(node("a").alive()).isEqualTo(node("b").alive()).isEqualTo(node("c").alive()).hasSize(1);
		assertThat(this.outdated).isEmpty();
		run(60);
		assertThat(node("c").replicator.stats().origins()).isLessThanOrEqualTo(5);
	}

	@Test
	void whatHasALivingValueIsKept() {
		startAll();
		ReplicaId former = node("b").id;
		node("b").put("lasting", "value");
		run(1);
		start("b");
		run(120);
		assertThat(knows("a", former)).isTrue();
		node("c").remove("lasting");
		run(60);
		assertThat(knows("a", former) || knows("b", former) || knows("c", former)).isFalse();
	}

	@Test
	void nothingIsDroppedThatAMemberHasNotConfirmed() {
		startAll();
		node("b").put("k", "v");
		run(1);
		ReplicaId former = node("b").id;
		part(List.of("a"), List.of("b", "c"));
		node("a").remove("k");
		start("b");
		// Not as long as the minority is a member
		run(15);
		this.simulation.network().heal();
		run(2);
		assertThat(knows("a", former)).isTrue();
		assertThat(node("c").alive()).isEmpty();
		run(40);
		assertThat(knows("a", former) || knows("b", former) || knows("c", former)).isFalse();
		assertThat(this.outdated).isEmpty();
	}

	@Test
	void aMinorityForgetsNobody() {
		startAll();
		node("a").put("k", "v");
		run(1);
		crash("b");
		crash("c");
		run(120);
		assertThat(node("a").replicator.exchange().history().chain().records().size()).isZero();
	}

	@Test
	void whoWasForgottenBeginsAnewWithASnapshotAndResurrectsNothing() {
		startAll();
		node("a").put("gone", "value");
		node("b").put("kept", "value");
		run(1);
		ReplicaId former = node("c").id;
		part(List.of("c"), List.of("a", "b"));
		node("a").remove("gone");
		run(45);
		assertThat(node("a").peers.isForgotten(former) || node("a").peers.view().member(former) == null).isTrue();
		assertThat(node("c").alive()).hasSize(2);
		this.simulation.network().heal();
		run(5);
		assertThat(this.outdated).containsExactly("c");
		assertThat(node("c").id).isNotEqualTo(former);
		assertThat(node("c").alive()).isEqualTo(node("a").alive()).hasSize(1);
	}

	/* Nobody remembers its name by then; the link in the frames tells. */
	@Test
	void whoComesBackLongAfterItWasForgottenIsFoundOut() {
		startAll();
		node("a").put("gone", "value");
		run(1);
		start("a");
		run(1);
		part(List.of("c"), List.of("a", "b"));
		node("b").remove("gone");
		run(200);
		assertThat(node("b").peers.view().members()).hasSize(2);
		assertThat(node("c").alive()).hasSize(1);
		this.simulation.network().heal();
		run(5);
		assertThat(this.outdated).containsExactly("c");
		assertThat(node("c").alive()).isEmpty();
		assertThat(node("b").alive()).isEmpty();
	}

	/* A start command may be on its way for any time, and carries a delta. */
	@Test
	void anExportedDeltaFromBeforeADropIsNotMerged() {
		startAll();
		ReplicaId former = node("b").id;
		byte[] exported = export("b", "gone");
		run(1);
		node("a").remove("gone");
		start("b");
		run(60);
		assertThat(knows("c", former)).isFalse();
		node("c").loop.execute(() -> node("c").replicator.merge(exported));
		run(5);
		assertThat(node("c").alive()).isEmpty();
		assertThat(node("a").alive()).isEmpty();
	}

	@Test
	void anExportedDeltaFromAfterADropIsMerged() {
		startAll();
		node("b").put("other", "value");
		run(1);
		node("a").remove("other");
		start("b");
		run(60);
		assertThat(node("c").replicator.store().origins().link()).isNotZero();
		byte[] exported = export("b", "new");
		node("c").replicator.merge(exported);
		assertThat(node("c").alive()).hasSize(1);
	}

	/*
	 * What came with start commands from a node that died is all that anybody has of it.
	 * As long as a value of it is alive, something has to be kept, but not each dot.
	 */
	@Test
	void whatNobodyHasOfTheDeadCountsAsSeen() {
		startAll();
		ReplicaId former = node("b").id;
		part(List.of("b"), List.of("a", "c"));
		for (int i = 0; i < 10; i++) {
			byte[] exported = export("b", "k" + i);
			if (i % 2 == 1) {
				node("a").loop.execute(() -> node("a").replicator.merge(exported));
			}
		}
		run(1);
		crash("b");
		this.simulation.network().heal();
		run(5);
		assertThat(node("c").alive()).isEqualTo(node("a").alive()).hasSize(5);
		assertThat(node("c").context().singles()).hasSize(5);
		for (int i = 1; i < 9; i += 2) {
			node("c").remove("k" + i);
		}
		// Nothing is dropped while a member is missed
		start("b");
		run(60);
		for (String name : MEMBERS) {
			assertThat(node(name).alive()).as(name).hasSize(1);
			assertThat(node(name).context().singles()).as(name).isEmpty();
			assertThat(node(name).context().covered(former)).as(name).isEqualTo(DotContext.CLOSED);
		}
		node("a").remove("k9");
		run(60);
		assertThat(knows("a", former) || knows("b", former) || knows("c", former)).isFalse();
	}

	/*
	 * d has joined b while both were cut off, so those who take for seen what b has
	 * written don't know that d has it.
	 */
	@Test
	void whoHasMoreOfTheDeadThanAllOthersBeginsAnew() {
		startAll();
		part(List.of("b", "d"), List.of("a", "c"));
		start("d");
		run(5);
		ReplicaId former = node("b").id;
		for (int i = 0; i < 3; i++) {
			node("b").put("k" + i, "value");
		}
		byte[] exported = export("b", "k3");
		node("a").loop.execute(() -> node("a").replicator.merge(exported));
		run(32);
		assertThat(node("d").alive()).hasSize(4);
		assertThat(node("c").alive()).hasSize(1);
		assertThat(node("c").context().covered(former)).isEqualTo(DotContext.CLOSED);
		this.simulation.network().heal();
		run(10);
		assertThat(this.outdated).containsExactlyInAnyOrder("b", "d");
		for (TestNode node : this.nodes.values()) {
			assertThat(node.isUp()).as(node.toString()).isTrue();
			assertThat(node.alive()).as(node.toString()).isEqualTo(node("a").alive()).hasSize(1);
		}
	}

	/*
	 * a and b forget c, and drop what c still has; then b is started anew on the side of
	 * c, and these two forget a. Each side has forgotten one member.
	 */
	@Test
	void ofTwoMajoritiesThatForgotEachOthersMembersOneBeginsAnew() {
		startAll();
		node("a").put("gone", "value");
		run(1);
		start("a");
		run(2);
		part(List.of("c"), List.of("a", "b"));
		node("b").remove("gone");
		run(60);
		crash("b");
		run(1);
		this.simulation.network().heal();
		this.simulation.network().partition(List.of("a"), List.of("b", "c"));
		start("b");
		run(5);
		assertThat(node("b").alive()).hasSize(1);
		run(120);
		for (String name : MEMBERS) {
			assertThat(node(name).peers.view().members()).as(name)
				.extracting((member) -> member.id().node())
				.containsExactlyElementsOf(name.equals("a") ? List.of("a", "b") : List.of("b", "c"));
		}
		assertThat(this.outdated).isEmpty();
		this.simulation.network().heal();
		run(10);
		assertThat(this.outdated).containsExactlyInAnyOrder("b", "c");
		for (String name : MEMBERS) {
			assertThat(node(name).isUp()).isTrue();
			assertThat(node(name).alive()).as(name).isEmpty();
		}
	}

	@Test
	void aMemberThatWasAwayForLessTakesPartAgainAsItIs() {
		startAll();
		ReplicaId id = node("c").id;
		part(List.of("c"), List.of("a", "b"));
		node("c").put("mine", "value");
		node("a").put("theirs", "value");
		run(15);
		this.simulation.network().heal();
		run(5);
		assertThat(node("c").id).isEqualTo(id);
		assertThat(node("a").alive()).isEqualTo(node("c").alive()).hasSize(2);
	}

}
