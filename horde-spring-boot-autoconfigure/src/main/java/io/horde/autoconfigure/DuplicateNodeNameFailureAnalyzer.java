package io.horde.autoconfigure;

import io.horde.cluster.DuplicateNodeNameException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains that another living node has the name of this one.
 */
final class DuplicateNodeNameFailureAnalyzer extends AbstractFailureAnalyzer<DuplicateNodeNameException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, DuplicateNodeNameException cause) {
		return new FailureAnalysis(
				"There is a living member of the cluster with the node name '" + cause.nodeName() + "' already. "
						+ cause.getMessage(),
				"Give each node a name of its own: set horde.node.name, or leave it out for the default, which is "
						+ "host and transport port.",
				cause);
	}

}
