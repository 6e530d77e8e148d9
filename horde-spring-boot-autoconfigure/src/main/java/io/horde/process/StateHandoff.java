package io.horde.process;

/**
 * A process that takes its state along when it moves to another node. After a crash there
 * is nothing to take over.
 *
 * @param <S> the state: anything that the payload codec can encode
 */
public interface StateHandoff<S> {

	/**
	 * Return the state. Called on the old node, serially with calls, after the last one.
	 * @return the state
	 */
	S handOff();

	/**
	 * Take the state over. Called on the new node, after {@code @PostConstruct} and
	 * before scheduled methods, calls and {@code run()}.
	 * @param state what the old node returned
	 */
	void takeOver(S state);

}
