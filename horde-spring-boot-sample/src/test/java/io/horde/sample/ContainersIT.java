package io.horde.sample;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.ContainerNetwork;
import com.github.dockerjava.api.model.Network.Ipam;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.utility.DockerImageName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Three containers of the sample: one is killed, and another one is disconnected from the
 * network and connected again.
 */
@Testcontainers(disabledWithoutDocker = true)
@Timeout(600)
class ContainersIT {

	private static final String IMAGE = "horde-sample:test";

	private static final String SUBNET = "10.79." + (20 + ProcessHandle.current().pid() % 200) + ".";

	private static final Duration REST = Duration.ofSeconds(90);

	private static final int SIZE = 3;

	private static Network network;

	private static final List<GenericContainer<?>> containers = new ArrayList<>();

	private static SampleCluster cluster;

	@BeforeAll
	static void start() throws IOException, InterruptedException {
		makeImage();
		network = Network.builder()
			.createNetworkCmdModifier(
					(command) -> command.withIpam(new Ipam().withConfig(new Ipam.Config().withSubnet(SUBNET + "0/24"))))
			.build();
		String members = IntStream.range(0, SIZE)
			.mapToObj((i) -> address(i) + ":7420")
			.collect(Collectors.joining(","));
		List<SampleNode> nodes = new ArrayList<>();
		for (int i = 0; i < SIZE; i++) {
			String name = "n" + (i + 1);
			String address = address(i);
			containers.add(new GenericContainer<>(DockerImageName.parse(IMAGE)).withNetwork(network)
				.withCreateContainerCmdModifier((command) -> command.withIpv4Address(address))
				.withCommand("--horde.node.name=" + name, "--horde.transport.host=" + address,
						"--horde.cluster.members=" + members));
			nodes.add(new SampleNode(name, address, 8080));
		}
		containers.parallelStream().forEach(GenericContainer::start);
		cluster = new SampleCluster("containers", nodes);
		cluster.awaitUp(SIZE, Duration.ofMinutes(4));
	}

	@AfterAll
	static void stop() {
		containers.forEach(GenericContainer::stop);
		if (network != null) {
			network.close();
			DockerClientFactory.instance().client().removeImageCmd(IMAGE).withForce(true).exec();
		}
	}

	@Test
	void killedContainerIsReplacedAndDisconnectedOneComesBackWithoutSecondCopies() {
		Set<String> ids = cluster.startSessions(cluster.node(0), "c", 60);
		cluster.awaitAtRest(ids, REST);
		DockerClient docker = DockerClientFactory.instance().client();

		docker.killContainerCmd(containers.get(2).getContainerId()).exec();
		cluster.node(2).away(true);
		cluster.awaitAtRest(ids, REST);

		String second = containers.get(1).getContainerId();
		docker.disconnectFromNetworkCmd().withContainerId(second).withNetworkId(network.getId()).withForce(true).exec();
		cluster.node(1).away(true);
		cluster.awaitAtRest(ids, REST);
		assertThat(cluster.runningPerNode()).containsOnlyKeys("n1");

		docker.connectToNetworkCmd()
			.withContainerId(second)
			.withNetworkId(network.getId())
			.withContainerNetwork(
					new ContainerNetwork().withIpamConfig(new ContainerNetwork.Ipam().withIpv4Address(address(1))))
			.exec();
		cluster.node(1).away(false);
		cluster.awaitUp(2);
		cluster.awaitAtRest(ids, REST);
	}

	private static String address(int i) {
		return SUBNET + (i + 11);
	}

	private static void makeImage() throws IOException, InterruptedException {
		Process process = new ProcessBuilder(Path.of("src", "test", "docker", "image.sh").toAbsolutePath().toString(),
				System.getProperty("java.home"), System.getProperty("sample.jar"), IMAGE)
			.redirectErrorStream(true)
			.start();
		String output = new String(process.getInputStream().readAllBytes());
		assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
		assertThat(process.exitValue()).as(output).isZero();
	}

}
