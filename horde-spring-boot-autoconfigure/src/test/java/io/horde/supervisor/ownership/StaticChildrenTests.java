package io.horde.supervisor.ownership;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MemberState;
import io.horde.cluster.membership.MembershipView;
import io.horde.cluster.protocol.TypeAnnouncement;
import io.horde.crdt.ReplicaId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link StaticChildren}.
 */
class StaticChildrenTests {

	@Test
	void aSingleInstanceHasTheTypeAsId() {
		assertThat(StaticChildren.derive(view(state("a", MemberStatus.UP, "1", "poller", 1))))
			.containsOnlyKeys("poller");
	}

	@Test
	void severalInstancesAreNumbered() {
		assertThat(StaticChildren.derive(view(state("a", MemberStatus.UP, "1", "worker", 3))))
			.containsOnlyKeys("worker-0", "worker-1", "worker-2")
			.hasEntrySatisfying("worker-2", (child) -> {
				assertThat(child.instance()).isEqualTo(2);
				assertThat(child.of()).isEqualTo(3);
			});
	}

	@Test
	void typesOnDemandGiveNone() {
		assertThat(StaticChildren.derive(view(state("a", MemberStatus.UP, "1", "room", 0)))).isEmpty();
	}

	@Test
	void theNewestVersionDecidesTheNumber() {
		assertThat(StaticChildren.derive(view(state("a", MemberStatus.UP, "1.10", "worker", 2),
				state("b", MemberStatus.UP, "1.9", "worker", 5))))
			.hasSize(2);
	}

	@Test
	void onlyMembersThatAreUpCount() {
		assertThat(StaticChildren
			.derive(view(state("a", MemberStatus.JOINING, "1", "a", 1), state("b", MemberStatus.LEAVING, "1", "b", 1),
					state("c", MemberStatus.DOWN, "1", "c", 1), state("d", MemberStatus.UNREACHABLE, "1", "d", 1))))
			.containsOnlyKeys("d");
	}

	@ParameterizedTest
	@CsvSource({ "1.10,1.9", "1.0,1.0-rc1", "2,1.9.9", "1.0.1,1.0", "1,''", "1.0-rc2,1.0-rc1", "1.0-rc10,1.0-rc9" })
	void versionsAreComparedPartByPart(String newer, String older) {
		assertThat(StaticChildren.compareVersions(newer, older)).isPositive();
		assertThat(StaticChildren.compareVersions(older, newer)).isNegative();
		assertThat(StaticChildren.compareVersions(newer, newer)).isZero();
	}

	private static MembershipView view(MemberState... states) {
		return new MembershipView(1, states[0].id(), new ArrayList<>(List.of(states)));
	}

	private static MemberState state(String name, MemberStatus status, String version, String type, int instances) {
		return new MemberState(new ReplicaId(name, 1), status, name + ":1", Map.of(), 1, version,
				new TreeMap<>(Map.of(type, new TypeAnnouncement(type, instances, Map.of()))), true, "");
	}

}
