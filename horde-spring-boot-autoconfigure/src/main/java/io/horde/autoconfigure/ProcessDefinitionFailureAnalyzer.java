package io.horde.autoconfigure;

import io.horde.process.ProcessDefinitionException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Tells what is wrong with the definition of a process.
 */
class ProcessDefinitionFailureAnalyzer extends AbstractFailureAnalyzer<ProcessDefinitionException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, ProcessDefinitionException cause) {
		return new FailureAnalysis(cause.problem(), cause.remedy(), cause);
	}

}
