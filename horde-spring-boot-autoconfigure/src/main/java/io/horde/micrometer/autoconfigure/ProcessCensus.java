package io.horde.micrometer.autoconfigure;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.horde.node.CurrentNode;
import io.horde.node.HordeNode;
import io.horde.process.ProcessState;
import io.horde.supervisor.engine.CurrentSupervisor;
import org.jspecify.annotations.Nullable;

/**
 * Counts the processes by type and state, once for all gauges that are read together.
 */
final class ProcessCensus {

	private static final long LIFETIME = TimeUnit.MILLISECONDS.toNanos(500);

	private final CurrentNode node;

	private @Nullable Result result;

	ProcessCensus(CurrentNode node) {
		this.node = node;
	}

	double count(String type, ProcessState state) {
		return result().counts().getOrDefault(new Group(type, state), 0L);
	}

	private synchronized Result result() {
		Result result = this.result;
		if (result == null || System.nanoTime() - result.nanoTime() > LIFETIME) {
			result = new Result(System.nanoTime(), take());
			this.result = result;
		}
		return result;
	}

	private Map<Group, Long> take() {
		HordeNode node = this.node.get();
		return (node != null) ? new CurrentSupervisor(node::supervisor).children()
			.collect(Collectors.groupingBy((process) -> new Group(process.type(), process.state()),
					Collectors.counting()))
				: Map.of();
	}

	private record Group(String type, ProcessState state) {

	}

	private record Result(long nanoTime, Map<Group, Long> counts) {

	}

}
