package io.horde.scope;

import java.lang.reflect.Type;

import io.horde.payload.PayloadCodec;
import io.horde.payload.PayloadException;
import io.horde.payload.codec.DeclaredTypes;
import io.horde.process.ProcessDefinitionException;
import io.horde.process.StateHandoff;
import io.horde.registry.calls.CallableApi;
import io.horde.registry.calls.UncallableException;
import io.horde.wire.Payloads;

/**
 * Checks at start-up that all that a process names can travel between nodes: what its
 * methods take and return, its argument and its state.
 */
final class CarriedTypes {

	private final Payloads payloads;

	CarriedTypes(PayloadCodec codec) {
		this.payloads = new Payloads(codec, Integer.MAX_VALUE);
	}

	/**
	 * Check what a process names.
	 * @throws ProcessDefinitionException if something can't be carried
	 */
	void check(ProcessDefinition definition) {
		for (Class<?> api : definition.api()) {
			try {
				CallableApi.check(api, this.payloads);
			}
			catch (UncallableException ex) {
				throw new ProcessDefinitionException(definition.name(),
						"can't be called from other nodes. " + ex.problem(), sentence(ex.remedy()));
			}
			catch (IllegalArgumentException ex) {
				throw new ProcessDefinitionException(definition.name(), "can't be called from other nodes",
						sentence(String.valueOf(ex.getMessage())));
			}
		}
		ArgumentParameter argument = definition.argument();
		if (argument != null) {
			check(definition, argument.type(), "has a @ProcessArgument that can't be carried");
		}
		Type state = DeclaredTypes.argument(definition.beanClass(), StateHandoff.class);
		if (state == null) {
			return;
		}
		if (DeclaredTypes.unbound(state) != null) {
			throw new ProcessDefinitionException(definition.name(),
					"is a StateHandoff and does not say what its state is",
					"Say it: implements StateHandoff<TheState>.");
		}
		check(definition, state, "has a state that can't be carried");
	}

	private void check(ProcessDefinition definition, Type type, String problem) {
		try {
			this.payloads.check(type);
		}
		catch (PayloadException ex) {
			throw new ProcessDefinitionException(definition.name(), problem, sentence(String.valueOf(ex.getMessage())));
		}
	}

	private static String sentence(String text) {
		return Character.toUpperCase(text.charAt(0)) + text.substring(1) + (text.endsWith(".") ? "" : ".");
	}

}
