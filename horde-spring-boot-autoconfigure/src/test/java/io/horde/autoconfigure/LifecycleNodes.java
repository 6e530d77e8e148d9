package io.horde.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.horde.cluster.HordeCluster;
import io.horde.cluster.Member;
import io.horde.cluster.MemberStatus;
import io.horde.process.ProcessState;
import io.horde.supervisor.HordeSupervisor;
import io.horde.supervisor.ProcessRef;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Two nodes, {@code a} and {@code b}, of an application with one process.
 */
final class LifecycleNodes implements AutoCloseable {

	private final String process;

	private final ConfigurableApplicationContext a;

	private final ConfigurableApplicationContext b;

	/**
	 * Start the nodes and wait until the process runs.
	 * @param process its id
	 */
	LifecycleNodes(Class<?> application, String process) {
		this.process = process;
		this.a = start(application, "a");
		this.b = start(application, "b",
				"horde.cluster.members=" + this.a.getBean(HordeCluster.class).self().address());
		for (ConfigurableApplicationContext node : List.of(this.a, this.b)) {
			await().atMost(20, TimeUnit.SECONDS)
				.untilAsserted(() -> assertThat(node.getBean(HordeCluster.class).members())
					.filteredOn((member) -> member.status() == MemberStatus.UP)
					.extracting(Member::name)
					.containsExactly("a", "b"));
		}
		await().until(() -> List.of("a", "b").contains(owner(this.a)) && owner(this.a).equals(owner(this.b)));
	}

	private static ConfigurableApplicationContext start(Class<?> application, String node, String... properties) {
		List<String> all = new ArrayList<>(
				List.of("horde.node.name=" + node, "horde.transport.host=127.0.0.1", "horde.transport.port=0",
						"horde.cluster.name=lifecycles", "horde.failure-detection.silence-timeout=2s"));
		all.addAll(List.of(properties));
		return new SpringApplicationBuilder(application).web(WebApplicationType.NONE)
			.properties(all.toArray(String[]::new))
			.registerShutdownHook(false)
			.run();
	}

	/**
	 * Return the name of the node that runs the process.
	 */
	String owner() {
		return owner((this.a.isActive()) ? this.a : this.b);
	}

	private String owner(ConfigurableApplicationContext seenBy) {
		return seenBy.getBean(HordeSupervisor.class)
			.child(this.process)
			.filter((child) -> child.state() == ProcessState.RUNNING)
			.map(ProcessRef::node)
			.orElse("nobody");
	}

	/**
	 * Return the name of the node that does not run it.
	 */
	String other() {
		return owner().equals("a") ? "b" : "a";
	}

	/**
	 * Move the process to a node, and wait until it runs there.
	 */
	void move(String node) throws Exception {
		this.a.getBean(HordeSupervisor.class).moveChild(this.process, node).get(20, TimeUnit.SECONDS);
	}

	ConfigurableApplicationContext node(String name) {
		return name.equals("a") ? this.a : this.b;
	}

	@Override
	public void close() {
		this.b.close();
		this.a.close();
	}

}
