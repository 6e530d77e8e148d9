package io.horde.test;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.horde.cluster.Member;
import io.horde.cluster.MemberStatus;
import io.horde.process.ProcessState;
import io.horde.registry.NameEntry;
import io.horde.registry.NameQuery;
import io.horde.supervisor.ProcessRef;

/**
 * What holds in a cluster at rest: the liveness part of the protocol's invariants.
 */
final class ClusterInvariants {

	private ClusterInvariants() {
	}

	static List<String> atRest(SimulatedCluster cluster) {
		List<String> differences = new ArrayList<>();
		List<String> alive = cluster.members();
		membersAgree(cluster, alive, differences);
		oneCopyOfEach(cluster, differences);
		SortedMap<String, List<String>> running = cluster.running();
		Map<String, String> tables = new TreeMap<>();
		for (String node : alive) {
			tablesShowWhatRuns(cluster, node, running, differences);
			namesResolve(cluster, node, differences);
			tables.put(node, contents(cluster, node));
		}
		if (new HashSet<>(tables.values()).size() > 1) {
			differences.add("the nodes' maps differ: " + tables);
		}
		return differences;
	}

	private static void membersAgree(SimulatedCluster cluster, List<String> alive, List<String> differences) {
		Set<String> expected = new TreeSet<>();
		alive.forEach((machine) -> expected.add(cluster.nameOf(machine)));
		for (String node : alive) {
			Set<String> up = cluster.cluster(node)
				.members()
				.stream()
				.filter((member) -> member.status() == MemberStatus.UP)
				.map(Member::name)
				.collect(Collectors.toCollection(TreeSet::new));
			if (!up.equals(expected)) {
				differences.add(node + " sees " + statuses(cluster, node) + " where " + expected + " are alive");
			}
		}
	}

	private static String statuses(SimulatedCluster cluster, String node) {
		return cluster.cluster(node)
			.members()
			.stream()
			.map((member) -> member.name() + "=" + member.status())
			.collect(Collectors.joining(", "));
	}

	private static void oneCopyOfEach(SimulatedCluster cluster, List<String> differences) {
		cluster.running().forEach((id, nodes) -> {
			if (nodes.size() > 1) {
				differences.add(id + " runs on " + nodes);
			}
		});
		for (SimulatedProcess process : cluster.processes()) {
			if (!process.context().isOwner()) {
				differences.add(process + " runs and is not owner");
			}
		}
	}

	private static void tablesShowWhatRuns(SimulatedCluster cluster, String node,
			SortedMap<String, List<String>> running, List<String> differences) {
		TreeMap<String, ProcessRef> children = new TreeMap<>();
		cluster.supervisor(node).children().forEach((child) -> {
			if (children.put(child.id(), child) != null) {
				differences.add(node + " lists " + child.id() + " twice");
			}
		});
		running.forEach((id, nodes) -> {
			ProcessRef child = children.get(id);
			if (child == null) {
				differences.add(id + " runs on " + nodes + ", and " + node + " doesn't know it");
			}
			else if (child.state() != ProcessState.RUNNING || !nodes.contains(child.node())) {
				differences.add(id + " runs on " + nodes + ", and " + node + " shows " + child);
			}
		});
		children.forEach((id, child) -> {
			if (!running.containsKey(id) && !mayRest(child)) {
				differences.add(id + " runs nowhere, and " + node + " shows " + child);
			}
		});
	}

	/*
	 * A temporary child of a node that is down is kept until the node is gone for good
	 * (O5).
	 */
	private static boolean mayRest(ProcessRef child) {
		return switch (child.state()) {
			case QUARANTINED, STOPPED -> true;
			case WAITING -> child.type().equals(SimulatedCluster.TEMPORARY);
			default -> false;
		};
	}

	private static void namesResolve(SimulatedCluster cluster, String node, List<String> differences) {
		for (SimulatedProcess process : cluster.processes()) {
			process.context().name().ifPresent((name) -> {
				Optional<NameEntry> entry = cluster.registry(node).lookup(name);
				if (entry.isEmpty()) {
					differences.add(node + " does not resolve the name of " + process);
				}
				else if (!entry.get().node().equals(process.node())
						|| !process.id().equals(entry.get().owner().processId())) {
					differences.add(node + " resolves the name of " + process + " to " + entry.get().owner());
				}
			});
		}
	}

	private static String contents(SimulatedCluster cluster, String node) {
		String children = cluster.supervisor(node)
			.children()
			.map((child) -> child.id() + "@" + child.node() + "/" + child.epoch() + child.state())
			.sorted()
			.collect(Collectors.joining(" "));
		String names = cluster.registry(node)
			.find(NameQuery.all())
			.map((entry) -> entry.name() + "=" + entry.owner())
			.sorted()
			.collect(Collectors.joining(" "));
		return children + " | " + names;
	}

}
