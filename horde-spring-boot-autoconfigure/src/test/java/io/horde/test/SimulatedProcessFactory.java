package io.horde.test;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;

import io.horde.payload.codec.CborPayloadCodec;
import io.horde.process.RestartPolicy;
import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.ProcessCreation;
import io.horde.process.engine.ProcessFactory;
import io.horde.process.engine.ProcessType;
import io.horde.schedule.engine.Schedule;
import org.jspecify.annotations.Nullable;

/**
 * Creates the processes of one simulated node and keeps book of them.
 */
final class SimulatedProcessFactory implements ProcessFactory {

	private static final CborPayloadCodec codec = new CborPayloadCodec();

	private final Simulation simulation;

	private final SimulatedEventLoop loop;

	private final Collection<SimulatedProcess> book;

	private final SplittableRandom random;

	private final TreeMap<String, ProcessType> types = new TreeMap<>();

	private double failures;

	private Function<SimulatedProcess, List<? extends Schedule>> schedules = (process) -> List.of();

	/**
	 * Creates a factory.
	 * @param book where every process is written down
	 */
	SimulatedProcessFactory(Simulation simulation, SimulatedEventLoop loop, Collection<SimulatedProcess> book) {
		this.simulation = simulation;
		this.loop = loop;
		this.book = book;
		this.random = simulation.random();
		add(type(SimulatedCluster.PERMANENT, 0, RestartPolicy.PERMANENT));
		add(type(SimulatedCluster.TRANSIENT, 0, RestartPolicy.TRANSIENT));
		add(type(SimulatedCluster.TEMPORARY, 0, RestartPolicy.TEMPORARY));
		add(type(SimulatedCluster.SINGLETON, 1, RestartPolicy.PERMANENT));
		add(type(SimulatedCluster.WORKER, 3, RestartPolicy.PERMANENT));
	}

	private void add(ProcessType type) {
		this.types.put(type.name(), type);
	}

	private static ProcessType type(String name, int instances, RestartPolicy restart) {
		return new ProcessType(name, instances > 0, Math.max(1, instances), restart, "", Duration.ofSeconds(5), false,
				List.of(), Map.of(), (instances == 0) ? Object.class : null);
	}

	/**
	 * Set how often a creation fails.
	 * @param probability from 0 to 1
	 */
	void failures(double probability) {
		this.failures = probability;
	}

	/**
	 * Set which schedules a process has.
	 */
	void schedules(Function<SimulatedProcess, List<? extends Schedule>> schedules) {
		this.schedules = schedules;
	}

	/**
	 * Set how many instances of a type start with the cluster.
	 */
	void instances(String type, int instances) {
		add(type(type, instances, RestartPolicy.PERMANENT));
	}

	@Override
	public Collection<ProcessType> types() {
		return this.types.values();
	}

	@Override
	public @Nullable ProcessType type(String name) {
		return this.types.get(name);
	}

	@Override
	public Object create(ProcessCreation creation) {
		if (Faults.happens(this.random, this.failures)) {
			throw new IllegalStateException("simulated failure of a start");
		}
		byte[] argument = creation.argument();
		SimulatedProcess process = new SimulatedProcess(creation.context(), this.loop, this.simulation.nanos(),
				(argument != null) ? codec.decode(argument, Integer.class) : null);
		byte[] state = creation.state();
		if (state != null) {
			process.takeOver(codec.decode(state, SimulatedProcess.State.class));
		}
		this.book.add(process);
		return process;
	}

	@Override
	public List<? extends Schedule> schedules(LocalProcess process) {
		return (process.instance() instanceof SimulatedProcess simulated) ? this.schedules.apply(simulated) : List.of();
	}

	@Override
	public void destroy(ProcessCreation creation, Object instance) {
		((SimulatedProcess) instance).destroyed();
	}

}
