package io.horde.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.ContainerNetwork.Ipam;
import com.github.dockerjava.api.model.Volume;
import org.awaitility.core.ConditionTimeoutException;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.utility.DockerImageName;

/**
 * A container that runs the sample, with a fixed address in each of two networks. When it
 * has ended, the same container is started again, with the same addresses.
 */
final class ContainerNodeProcess implements NodeProcess {

	private final DockerClient docker = DockerClientFactory.instance().client();

	private final SampleContainer container;

	private final Path log;

	/**
	 * Creates a container that is not started.
	 * @param image what it is made of
	 * @param nodes the network in which other nodes reach it
	 * @param control the network in which this JVM reaches it
	 * @param arguments of the sample
	 * @param log the file to which what it has written is copied in the end; the
	 * container has the same directory under the same name
	 */
	ContainerNodeProcess(String image, Endpoint nodes, Endpoint control, List<String> arguments, Path log) {
		this.log = log;
		String directory = log.getParent().toString();
		this.container = new SampleContainer(image, control).withNetwork(nodes.network())
			.withCreateContainerCmdModifier((command) -> {
				command.withIpv4Address(nodes.address());
				// Testcontainers' own way tries it with an image of a registry first
				command.getHostConfig().withBinds(new Bind(directory, new Volume(directory)));
			})
			.withCommand(arguments.toArray(String[]::new));
	}

	@Override
	public void start() {
		if (this.container.getContainerId() == null) {
			this.container.start();
		}
		else {
			this.docker.startContainerCmd(id()).exec();
		}
	}

	private String id() {
		String id = this.container.getContainerId();
		if (id == null) {
			throw new IllegalStateException("The container was not started");
		}
		return id;
	}

	private ContainerState state() {
		return this.docker.inspectContainerCmd(id()).exec().getState();
	}

	/**
	 * Return the id of its first process, as this machine numbers it.
	 */
	long pid() {
		return state().getPidLong();
	}

	@Override
	public boolean isAlive() {
		return this.container.getContainerId() != null && state().getRunning();
	}

	@Override
	public void kill() {
		this.docker.killContainerCmd(id()).exec();
		await(Duration.ofSeconds(10));
	}

	@Override
	public void terminate() {
		this.docker.killContainerCmd(id()).withSignal("TERM").exec();
	}

	@Override
	public boolean await(Duration timeout) {
		try {
			SampleCluster.await("the container has ended", timeout, () -> !isAlive());
			return true;
		}
		catch (ConditionTimeoutException ex) {
			return false;
		}
	}

	@Override
	public int exitValue() {
		return state().getExitCodeLong().intValue();
	}

	@Override
	public void pause() {
		this.docker.pauseContainerCmd(id()).exec();
	}

	@Override
	public void resume() {
		this.docker.unpauseContainerCmd(id()).exec();
	}

	@Override
	public String log() {
		return (this.container.getContainerId() != null) ? this.container.getLogs() : "";
	}

	@Override
	public void close() {
		if (this.container.getContainerId() == null) {
			return;
		}
		try {
			Files.writeString(this.log, log());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			this.container.stop();
		}
	}

	/**
	 * A place in a network.
	 *
	 * @param network the network
	 * @param address the address in it
	 */
	record Endpoint(Network network, String address) {

	}

	/**
	 * A container with a second network from its first moment on.
	 */
	private static final class SampleContainer extends GenericContainer<SampleContainer> {

		private final Endpoint second;

		private SampleContainer(String image, Endpoint second) {
			super(DockerImageName.parse(image));
			this.second = second;
		}

		@Override
		protected void containerIsCreated(String id) {
			getDockerClient().connectToNetworkCmd()
				.withContainerId(id)
				.withNetworkId(this.second.network().getId())
				.withContainerNetwork(new com.github.dockerjava.api.model.ContainerNetwork()
					.withIpamConfig(new Ipam().withIpv4Address(this.second.address())))
				.exec();
		}

	}

}
