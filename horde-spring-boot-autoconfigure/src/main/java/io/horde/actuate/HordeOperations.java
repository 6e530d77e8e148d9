package io.horde.actuate;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

import io.horde.cluster.HordeCluster;
import io.horde.cluster.QuorumNotMetException;
import io.horde.node.CurrentNode;
import io.horde.process.ProcessState;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.HordeSupervisor;
import io.horde.supervisor.ProcessRef;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;

/**
 * What operators can do to a cluster.
 */
final class HordeOperations {

	private final CurrentNode node;

	private final HordeCluster cluster;

	private final HordeSupervisor supervisor;

	private final ScheduleOperator schedules;

	HordeOperations(CurrentNode node, HordeCluster cluster, HordeSupervisor supervisor, ScheduleOperator schedules) {
		this.node = node;
		this.cluster = cluster;
		this.supervisor = supervisor;
		this.schedules = schedules;
	}

	/**
	 * Act on this node or on the redistribution.
	 * @param section {@code node} or {@code moves}
	 * @param action {@code drain}; {@code pause}, {@code resume}
	 * @return the outcome, or {@code null} if there is no such section
	 */
	@Nullable Object operate(String section, String action) {
		switch (section + " " + action) {
			case "node drain" -> this.supervisor.leave();
			case "moves pause" -> this.supervisor.redistribution().pause();
			case "moves resume" -> this.supervisor.redistribution().resume();
			default -> {
				return switch (section) {
					case "node" -> throw unknown(action, "drain");
					case "moves" -> throw unknown(action, "pause, resume");
					default -> null;
				};
			}
		}
		return Map.of("done", action);
	}

	/**
	 * Act on a process, a member or a schedule.
	 * @param section {@code processes}, {@code members} or {@code schedules}
	 * @param id the id of the process or schedule, or the name of the member
	 * @param action {@code move}, {@code restart}, {@code terminate}; {@code forget},
	 * {@code forget-by-force}; {@code run}, {@code pause}, {@code resume}
	 * @param node where to move to
	 * @param by who asks, or {@code null}
	 * @return the outcome, or {@code null} if there is no such thing
	 */
	@Nullable Object operate(String section, String id, String action, @Nullable String node, @Nullable String by) {
		return switch (section) {
			case "processes" -> operateOnProcess(id, action, node);
			case "members" -> switch (action) {
				case "forget" -> forget(id, this.cluster::forget);
				case "forget-by-force" -> forget(id, this.cluster::forgetByForce);
				default -> throw unknown(action, "forget, forget-by-force");
			};
			case "schedules" -> this.schedules.operate(id, action, by);
			default -> null;
		};
	}

	private @Nullable Object operateOnProcess(String id, String action, @Nullable String node) {
		ProcessRef process = this.supervisor.child(id).orElse(null);
		if (process == null) {
			return null;
		}
		return switch (action) {
			case "move" -> {
				if (node == null) {
					throw new InvalidEndpointRequestException("A move needs the member to move to", "node is missing");
				}
				yield join(this.supervisor.moveChild(id, node));
			}
			case "restart" -> restart(process);
			case "terminate" -> terminate(id);
			default -> throw unknown(action, "move, restart, terminate");
		};
	}

	/*
	 * A quarantined process starts again at once; a static one that was stopped is wanted
	 * again.
	 */
	private Object restart(ProcessRef process) {
		if (process.state() == ProcessState.STOPPED) {
			join(this.supervisor.startChild(ChildSpec.of(process.type()).id(process.id())));
		}
		else {
			this.node.require().supervisor().restart(process.id());
		}
		return Map.of("restarted", process.id());
	}

	/**
	 * End a process, or forget a member.
	 * @param section {@code processes} or {@code members}
	 * @param id the id of the process, or the name of the member
	 * @return the outcome, or {@code null} if there is no such thing
	 */
	@Nullable Object remove(String section, String id) {
		return switch (section) {
			case "processes" -> terminate(id);
			case "members" -> forget(id, this.cluster::forget);
			default -> null;
		};
	}

	private @Nullable Object terminate(String id) {
		return join(this.supervisor.terminateChild(id)) ? Map.of("terminated", id) : null;
	}

	private Object forget(String name, Consumer<String> operation) {
		try {
			operation.accept(name);
		}
		catch (IllegalArgumentException | IllegalStateException | QuorumNotMetException ex) {
			throw new InvalidEndpointRequestException("Can't forget '" + name + "': " + ex.getMessage(),
					String.valueOf(ex.getMessage()));
		}
		return Map.of("forgotten", name);
	}

	static InvalidEndpointRequestException unknown(String action, String known) {
		String reason = "There is no action '" + action + "' here, only: " + known;
		return new InvalidEndpointRequestException(reason, reason);
	}

	static <T> T join(CompletableFuture<T> future) {
		try {
			return future.join();
		}
		catch (CompletionException ex) {
			if (ex.getCause() instanceof RuntimeException cause) {
				throw cause;
			}
			throw ex;
		}
	}

}
