package io.horde.autoconfigure;

import io.horde.transport.TransportException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains that the transport can't listen, most often because its port is taken.
 */
final class TransportFailureAnalyzer extends AbstractFailureAnalyzer<TransportException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, TransportException cause) {
		return new FailureAnalysis(
				"Horde can't listen on " + cause.address() + " for the other nodes. " + cause.getMessage(),
				"Stop the process that uses the port, or set horde.transport.port to another one (0 chooses a free "
						+ "one). horde.transport.host must be an address of this machine.",
				cause);
	}

}
