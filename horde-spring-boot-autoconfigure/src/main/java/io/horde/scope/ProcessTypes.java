package io.horde.scope;

import java.util.Map;

import io.horde.process.engine.ProcessStartException;
import io.horde.process.engine.ProcessType;

/**
 * The process types of this node and all process definitions, disabled ones included.
 */
record ProcessTypes(Map<String, ProcessDefinition> definitions, Map<String, ProcessType> types,
		Map<String, ScheduledMethods> scheduled) {

	ProcessDefinition definition(String name) {
		ProcessDefinition definition = this.definitions.get(name);
		if (definition == null) {
			throw new ProcessStartException("There is no process type " + name, null);
		}
		return definition;
	}

}
