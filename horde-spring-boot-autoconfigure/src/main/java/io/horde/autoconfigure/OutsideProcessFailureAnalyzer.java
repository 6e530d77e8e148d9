package io.horde.autoconfigure;

import io.horde.process.HordeProcess;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.support.ScopeNotActiveException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.analyzer.AbstractInjectionFailureAnalyzer;

/**
 * Tells about the injection of something that only a process can have, or of a process
 * that was looked up.
 */
class OutsideProcessFailureAnalyzer extends AbstractInjectionFailureAnalyzer<ScopeNotActiveException> {

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, ScopeNotActiveException cause,
			@Nullable String description) {
		Throwable reason = cause.getCause();
		String message = (reason != null) ? reason.getMessage() : null;
		if (message == null || !String.valueOf(cause.getMessage()).contains("Scope '" + HordeProcess.SCOPE + "'")) {
			return null;
		}
		return new FailureAnalysis(((description != null) ? description + ": " : "") + message,
				"Mark the class with @HordeProcess if it is to exist once in the cluster; otherwise inject"
						+ " HordeRegistry or HordeSupervisor.",
				cause);
	}

}
