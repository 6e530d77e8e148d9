package io.horde.distribution;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import io.horde.cluster.Member;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MemberState;
import io.horde.cluster.membership.MembershipView;
import io.horde.cluster.protocol.TypeAnnouncement;
import io.horde.crdt.ReplicaId;
import io.horde.supervisor.ownership.MembershipClusterView;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures how long it takes to find the node of a child.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class PlacementBenchmark {

	private static final int KEYS = 8192;

	@Param({ "3", "10" })
	private int nodes;

	private final PlacementRequest[] requests = new PlacementRequest[KEYS];

	private final UniformDistribution strategy = new UniformDistribution();

	private MembershipClusterView view;

	private HashRing ring;

	private int next;

	@Setup
	public void prepare() {
		List<MemberState> members = new ArrayList<>();
		for (int i = 0; i < this.nodes; i++) {
			String name = "node-" + i;
			members.add(new MemberState(new ReplicaId(name, 1), MemberStatus.UP, name + ":7420", Map.of(), 1, "",
					new TreeMap<>(Map.of("room", new TypeAnnouncement("room", 0, Map.of()))), true, ""));
		}
		this.view = MembershipClusterView.of(new MembershipView(1, members.get(0).id(), members));
		for (int i = 0; i < KEYS; i++) {
			this.requests[i] = new PlacementRequest("room-" + i, "room", 0, Map.of());
		}
		this.ring = this.view.ring(this.requests[0]);
	}

	private PlacementRequest next() {
		this.next = (this.next + 1) & (KEYS - 1);
		return this.requests[this.next];
	}

	@Benchmark
	public Optional<Member> chooseNode() {
		return this.strategy.chooseNode(next(), this.view);
	}

	@Benchmark
	public Optional<Member> ownerOnTheRing() {
		return this.ring.ownerOf(next().childId());
	}

	@Benchmark
	public List<Member> preferenceListOfThree() {
		return this.ring.preferenceList(next().childId(), 3);
	}

	@Benchmark
	public HashRing buildingTheRing() {
		return HashRing.of(this.view.members());
	}

}
