package io.horde.process.engine;

import io.horde.payload.PayloadCodec;
import io.horde.time.EventLoop;

/**
 * Makes runtimes that do not keep one of their rules, to test the tests of other
 * packages.
 */
public final class BrokenRuntime {

	private BrokenRuntime() {
	}

	/**
	 * Make a runtime.
	 * @param processRule the name of a {@link ProcessRule}; any other text breaks none
	 */
	public static ProcessRuntime without(String processRule, EventLoop loop, ProcessExecutor executor,
			ProcessFactory factory, PayloadCodec codec, String node, ProcessSettings settings) {
		ProcessRule broken = null;
		for (ProcessRule rule : ProcessRule.values()) {
			broken = rule.name().equals(processRule) ? rule : broken;
		}
		return new ProcessRuntime(loop, executor, factory, codec, node, settings, ProcessRules.without(broken));
	}

}
