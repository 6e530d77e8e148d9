package io.horde.registry;

import io.horde.HordeException;

/**
 * A name is taken.
 */
public class NameAlreadyRegisteredException extends HordeException {

	private final transient NameEntry holder;

	/**
	 * Creates an exception.
	 * @param holder who has the name
	 */
	public NameAlreadyRegisteredException(NameEntry holder) {
		super("The name '" + holder.name() + "' is already registered by "
				+ ((holder.owner().processId() != null) ? "process '" + holder.owner().processId() + "' on " : "")
				+ "node '" + holder.node() + "'");
		this.holder = holder;
	}

	/**
	 * Return who has the name.
	 * @return the entry
	 */
	public NameEntry holder() {
		return this.holder;
	}

}
