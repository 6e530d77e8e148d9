package io.horde.node;

import java.util.function.Function;

import io.horde.distribution.DistributionStrategy;
import io.horde.payload.PayloadCodec;
import io.horde.process.engine.ProcessExecutor;
import io.horde.process.engine.ProcessFactory;
import io.horde.registry.ConflictResolver;

/**
 * What of a node belongs to its users.
 *
 * @param factory creates and destroys processes
 * @param executor runs users' code
 * @param codec encodes users' values
 * @param strategies the distribution strategies by name; throws for an unknown one
 * @param resolver decides conflicts of names
 */
public record UserCode(ProcessFactory factory, ProcessExecutor executor, PayloadCodec codec,
		Function<String, DistributionStrategy> strategies, ConflictResolver resolver) {

}
