package io.horde.registry.calls;

import io.horde.Internal;

/**
 * An interface has a method that can't be called by name.
 */
@Internal
public final class UncallableException extends IllegalArgumentException {

	private final String problem;

	private final String remedy;

	UncallableException(String problem, String remedy) {
		super(problem + ": " + remedy);
		this.problem = problem;
		this.remedy = remedy;
	}

	/**
	 * Return what is wrong.
	 * @return a sentence without a full stop
	 */
	public String problem() {
		return this.problem;
	}

	/**
	 * Return what helps.
	 * @return a phrase in the imperative, without a full stop
	 */
	public String remedy() {
		return this.remedy;
	}

}
