package io.horde.process;

/**
 * A process that takes its state along when it moves to another node. After a crash there
 * is nothing to take over.
 *
 * @param <S> the state: anything that the payload codec can encode
 */
public interface StateHandoff<S> {

	/**
	 * Return the state. Called on the old node, serially with calls, after the last one
	 * and before {@code @PreDestroy}. It only reads: if the state can't be encoded or is
	 * larger than {@code horde.transport.max-payload-size}, a move that somebody wished
	 * is called off, and this process goes on.
	 * @return the state
	 */
	S handOff();

	/**
	 * Take the state over. Called on the new node, after {@code @PostConstruct} and
	 * {@code afterPropertiesSet()}, and before anybody else sees the process: scheduled
	 * methods, event listeners, calls, lookups of its name and {@code run()}. If it
	 * throws, the state goes on to another node, at last back to the old one.
	 * @param state what the old node returned
	 */
	void takeOver(S state);

}
