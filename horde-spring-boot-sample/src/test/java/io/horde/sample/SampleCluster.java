package io.horde.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.horde.sample.SampleNode.Answer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import tools.jackson.databind.JsonNode;

/**
 * A cluster of JVMs that run the sample, seen from outside: through its HTTP interface,
 * and what runs where from {@code /local}, which asks the live beans.
 */
final class SampleCluster implements AutoCloseable {

	private final List<SampleNode> nodes = new ArrayList<>();

	private final List<Integer> transportPorts;

	private final List<Integer> httpPorts;

	private final Path logs;

	private final String name;

	private final List<String> program;

	SampleCluster(String name, int places) {
		this(name, places, JvmNodeProcess.JAR);
	}

	/**
	 * Creates a cluster of nodes that run another application than the sample.
	 * @param program the options of the JVM that tell what to run
	 */
	SampleCluster(String name, int places, List<String> program) {
		this.name = name;
		this.program = program;
		this.logs = Path.of("target", "cluster", name);
		List<Integer> ports = freePorts(2 * places);
		this.httpPorts = ports.subList(0, places);
		this.transportPorts = ports.subList(places, 2 * places);
	}

	/**
	 * Creates a cluster of nodes that somebody else has made.
	 */
	SampleCluster(String name, List<SampleNode> nodes) {
		this.name = name;
		this.program = List.of();
		this.logs = Path.of("target", "cluster", name);
		this.httpPorts = List.of();
		this.transportPorts = List.of();
		this.nodes.addAll(nodes);
	}

	static SampleCluster start(String name, int nodes, String... arguments) {
		return start(name, nodes, nodes, arguments);
	}

	static SampleCluster start(String name, int nodes, int places, String... arguments) {
		SampleCluster cluster = new SampleCluster(name, places);
		try {
			for (int i = 0; i < nodes; i++) {
				cluster.add(arguments);
			}
			cluster.awaitUp(nodes);
			return cluster;
		}
		catch (RuntimeException | Error ex) {
			cluster.close();
			throw ex;
		}
	}

	private static List<Integer> freePorts(int count) {
		List<ServerSocket> sockets = new ArrayList<>();
		try {
			for (int i = 0; i < count; i++) {
				sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
			}
			return sockets.stream().map(ServerSocket::getLocalPort).toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			for (ServerSocket socket : sockets) {
				try {
					socket.close();
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			}
		}
	}

	SampleNode add(String... arguments) {
		return add("n" + (this.nodes.size() + 1), this.nodes.size(), arguments);
	}

	SampleNode add(String nodeName, int place, String... arguments) {
		List<String> all = new ArrayList<>();
		all.add("--server.port=" + this.httpPorts.get(place));
		all.add("--horde.node.name=" + nodeName);
		all.add("--horde.transport.host=127.0.0.1");
		all.add("--horde.transport.port=" + this.transportPorts.get(place));
		// Boot joins repeated options, so a default must not stand beside the test's own
		if (Stream.of(arguments).noneMatch((argument) -> argument.startsWith("--horde.cluster.members"))) {
			all.add("--horde.cluster.members=" + members());
		}
		all.addAll(List.of(arguments));
		SampleNode node = new SampleNode(nodeName, "127.0.0.1", this.httpPorts.get(place),
				new JvmNodeProcess(List.of(), this.program, all, this.logs.resolve(nodeName + ".log")));
		this.nodes.add(node);
		node.start();
		return node;
	}

	String members() {
		return this.transportPorts.stream().map((port) -> "127.0.0.1:" + port).collect(Collectors.joining(","));
	}

	int transportPort(int place) {
		return this.transportPorts.get(place);
	}

	List<SampleNode> nodes() {
		return this.nodes;
	}

	SampleNode node(int index) {
		return this.nodes.get(index);
	}

	List<SampleNode> answering() {
		return this.nodes.stream().filter(SampleNode::answers).toList();
	}

	/**
	 * Wait until all that answer see so many members up.
	 */
	void awaitUp(int count) {
		awaitUp(count, Duration.ofSeconds(90));
	}

	void awaitUp(int count, Duration timeout) {
		await("all nodes see " + count + " members UP", timeout, () -> isUp(count));
	}

	boolean isUp(int count) {
		return answering().size() >= count && answering().stream()
			.allMatch((node) -> statuses(node).values().stream().filter("UP"::equals).count() == count);
	}

	Map<String, String> statuses(SampleNode node) {
		Answer answer = node.get("/actuator/horde", Duration.ofSeconds(5));
		Map<String, String> statuses = new TreeMap<>();
		if (answer.ok()) {
			for (JsonNode member : answer.json().path("members")) {
				statuses.put(member.path("name").asString(), member.path("status").asString());
			}
		}
		return statuses;
	}

	/**
	 * Start sessions with one request.
	 * @return their ids
	 */
	Set<String> startSessions(SampleNode node, String prefix, int count) {
		Answer answer = node.post("/sessions?count=" + count + "&prefix=" + prefix);
		if (!answer.ok() || answer.json().path("started").asInt() != count) {
			throw new AssertionError("start of " + count + " sessions: " + answer);
		}
		return ids(prefix, count);
	}

	static Set<String> ids(String prefix, int count) {
		return IntStream.range(0, count).mapToObj((i) -> prefix + i).collect(Collectors.toCollection(TreeSet::new));
	}

	/**
	 * What really runs: session id to the copies of it on all nodes that answer.
	 */
	Map<String, List<Copy>> running() {
		Map<String, List<Copy>> copies = new TreeMap<>();
		for (SampleNode node : answering()) {
			Answer answer = node.get("/local");
			if (!answer.ok()) {
				throw new IllegalStateException(node + " /local: " + answer);
			}
			for (JsonNode session : answer.json().path("sessions")) {
				copies.computeIfAbsent(session.path("id").asString(), (id) -> new ArrayList<>())
					.add(new Copy(node.name(), session.path("epoch").asLong(), session.path("count").asLong()));
			}
		}
		return copies;
	}

	Map<String, Integer> runningPerNode() {
		Map<String, Integer> counts = new TreeMap<>();
		answering().forEach((node) -> counts.put(node.name(), 0));
		running().values().forEach((copies) -> copies.forEach((copy) -> counts.merge(copy.node(), 1, Integer::sum)));
		return counts;
	}

	/**
	 * What differs from the state in which each session runs once, nothing else runs,
	 * every node lists each where it runs and reaches each by its name.
	 * @return the differences, none if at rest
	 */
	Map<String, Object> differences(Set<String> expected) {
		Map<String, Object> differences = new LinkedHashMap<>();
		Map<String, List<Copy>> running = running();
		for (String id : expected) {
			List<Copy> copies = running.getOrDefault(id, List.of());
			if (copies.size() != 1) {
				differences.put(id, copies.isEmpty() ? "does not run" : "runs as " + copies);
			}
		}
		running.forEach((id, copies) -> {
			if (!expected.contains(id)) {
				differences.put(id, "should not run, runs as " + copies);
			}
		});
		if (!differences.isEmpty()) {
			return differences;
		}
		for (SampleNode node : answering()) {
			Map<String, String> listed = new HashMap<>();
			for (JsonNode session : node.get("/sessions?limit=1000000").json()) {
				listed.put(session.path("id").asString(),
						session.path("node").asString() + " " + session.path("state").asString());
			}
			for (String id : expected) {
				String there = running.get(id).get(0).node() + " RUNNING";
				if (!there.equals(listed.remove(id))) {
					differences.put(id + " in the list of " + node, "not " + there);
				}
			}
			listed.forEach((id, where) -> differences.put(id + " in the list of " + node, where));
			compareNames(node, running, expected, differences);
		}
		return differences;
	}

	private void compareNames(SampleNode node, Map<String, List<Copy>> running, Set<String> expected,
			Map<String, Object> differences) {
		Map<String, String> names = new HashMap<>();
		for (JsonNode name : node.get("/actuator/horde/names?limit=100000").json().path("names")) {
			names.put(name.path("name").asString(), name.path("node").asString());
		}
		for (String id : expected) {
			if (!running.get(id).get(0).node().equals(names.get(SessionView.name(id)))) {
				differences.put(id + " in the names of " + node, names.get(SessionView.name(id)));
			}
		}
	}

	/**
	 * Wait until each of the sessions runs exactly once and all nodes agree, then call
	 * each by its name from every node.
	 */
	void awaitAtRest(Set<String> expected, Duration timeout) {
		Supplier<Map<String, Object>> look = () -> differences(expected);
		List<Map<String, Object>> last = new ArrayList<>();
		try {
			await("every session runs once and all nodes agree", timeout, () -> {
				last.clear();
				last.add(look.get());
				return last.get(0).isEmpty();
			});
		}
		catch (ConditionTimeoutException ex) {
			String differences = last.isEmpty() ? "" : last.get(0).entrySet().stream().limit(20).toList().toString();
			throw new AssertionError("Not at rest after " + timeout + ": "
					+ (last.isEmpty() ? "no answer" : last.get(0).size() + " differences, " + differences), ex);
		}
		List<SampleNode> nodes = answering();
		List<String> ids = List.copyOf(expected);
		IntStream.range(0, ids.size()).parallel().forEach((i) -> {
			SampleNode node = nodes.get(i % nodes.size());
			await(ids.get(i) + " answers through " + node, Duration.ofSeconds(20),
					() -> node.get("/sessions/" + SampleNode.encode(ids.get(i))).ok());
		});
	}

	static void await(String what, Duration timeout, Callable<Boolean> condition) {
		Awaitility.await(what)
			.atMost(timeout)
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(50))
			.ignoreExceptions()
			.until(condition);
	}

	@Override
	public void close() {
		this.nodes.forEach(SampleNode::close);
	}

	@Override
	public String toString() {
		return this.name + this.nodes;
	}

	/**
	 * A copy of a session that runs.
	 *
	 * @param node where
	 * @param epoch the epoch of its run
	 * @param count its counter
	 */
	record Copy(String node, long epoch, long count) {

	}

}
