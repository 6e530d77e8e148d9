package io.horde.test;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

import io.horde.time.EventLoop;
import io.horde.transport.Transport;
import io.horde.transport.TransportCompatibilityKit;

/**
 * The compatibility kit for {@link SimulatedTransport}.
 */
class SimulatedTransportTests extends TransportCompatibilityKit {

	private final Simulation simulation = new Simulation(20261120);

	private final Map<String, SimulatedEventLoop> loops = new HashMap<>();

	SimulatedTransportTests() {
		this.simulation.network().occupy("stranger:80");
		this.simulation.network().dark("abyss", true);
	}

	@Override
	protected EventLoop loop(String node) {
		return this.loops.computeIfAbsent(node, this.simulation::eventLoop);
	}

	@Override
	protected Transport transport(String node, EventLoop loop) {
		return this.simulation.network().transport((SimulatedEventLoop) loop);
	}

	@Override
	protected boolean runUntil(BooleanSupplier condition) {
		return this.simulation.runUntil(condition, Duration.ofSeconds(60));
	}

	@Override
	protected void elapse(Duration duration) {
		this.simulation.run(duration);
	}

	@Override
	protected String closedAddress() {
		return "nobody:1";
	}

	@Override
	protected String silentAddress() {
		return "abyss:1";
	}

	@Override
	protected String foreignAddress() {
		return "stranger:80";
	}

	@Override
	protected Runnable freeze(EventLoop loop) {
		((SimulatedEventLoop) loop).pause();
		return ((SimulatedEventLoop) loop)::resume;
	}

}
