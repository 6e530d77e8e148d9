package io.horde.autoconfigure;

import io.horde.StartupMistakeException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Explains mistakes in the configuration of Horde.
 */
final class StartupMistakeFailureAnalyzer extends AbstractFailureAnalyzer<StartupMistakeException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, StartupMistakeException cause) {
		return new FailureAnalysis(cause.description(), cause.action(), cause);
	}

}
