package io.horde.registry;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.horde.process.ProcessContext;
import org.jspecify.annotations.Nullable;

/**
 * Names in the cluster. Reads come from the local replica: they never block and never
 * leave the node. Writes are visible to this node before they return, to the others as
 * soon as the network carries them. All methods may be called from any thread.
 * <p>
 * A name is never a lock (N1): two nodes that register one name at the same time both
 * succeed at first; then one of them loses it and is told. What must exist once is a
 * process under quorum.
 * <p>
 * The owner of a registration is the process in whose context the call runs, else this
 * node.
 */
public interface HordeRegistry {

	/**
	 * Register a name.
	 * @param name the name, at most 1,024 bytes in UTF-8
	 * @param value anything that the payload codec can encode
	 * @throws NameAlreadyRegisteredException if the name is taken, by anybody but an
	 * earlier run of the same process
	 * @throws IllegalArgumentException if the name is empty or too long
	 * @throws io.horde.payload.PayloadException if the value can't be encoded
	 * @throws io.horde.HordeException if the owner is a process that has ended
	 */
	void register(String name, @Nullable Object value);

	/**
	 * Register a name, if it is free.
	 * @param name the name, at most 1,024 bytes in UTF-8
	 * @param value anything that the payload codec can encode
	 * @return whether it is registered now by this owner and was not before
	 * @throws IllegalArgumentException if the name is empty or too long
	 * @throws io.horde.payload.PayloadException if the value can't be encoded
	 * @throws io.horde.HordeException if the owner is a process that has ended
	 */
	boolean tryRegister(String name, @Nullable Object value);

	/**
	 * Remove a name of this owner.
	 * @param name the name
	 * @return whether it was registered
	 * @throws NotOwnerException if somebody else owns it
	 */
	boolean unregister(String name);

	/**
	 * Replace the value of a name of this owner. If several threads do so at a time for
	 * one name, the last one wins. What a process has given the name of its child stays
	 * when it moves, is restarted, or its node dies.
	 * @param <V> the type of the value
	 * @param name the name
	 * @param type the type of the value
	 * @param update computes the new value; called once, on the calling thread, without
	 * locks held
	 * @return the new value
	 * @throws NotOwnerException if this owner doesn't hold the name
	 */
	<V> V updateValue(String name, Class<V> type, UnaryOperator<V> update);

	/**
	 * Return this registry with a process as owner of what is registered through it, for
	 * threads that don't run in the context of the process.
	 * @param process the context of a process of this node
	 * @return the registry
	 */
	HordeRegistry ownedBy(ProcessContext process);

	/**
	 * Look a name up. Allocates nothing.
	 * @param name the name
	 * @return the entry, or empty
	 */
	Optional<NameEntry> lookup(String name);

	/**
	 * Find names.
	 * @param query which ones
	 * @return the entries, weakly consistent
	 */
	Stream<NameEntry> find(NameQuery query);

	/**
	 * Count names.
	 * @param query which ones
	 * @return how many there are
	 */
	long count(NameQuery query);

	/**
	 * Remove names of this owner.
	 * @param query which ones
	 * @return how many were removed
	 */
	int unregister(NameQuery query);

	/**
	 * Return a proxy for the process that has a name, wherever it runs, with the timeout
	 * {@code horde.registry.call-timeout}.
	 * @param <T> the interface
	 * @param api an interface of the process
	 * @param name the name, which is resolved at each call
	 * @return the proxy
	 */
	<T> T proxy(Class<T> api, String name);

	/**
	 * Return a proxy for the process that has a name, wherever it runs. A call blocks,
	 * unless its method returns a {@code CompletableFuture} or {@code CompletionStage},
	 * or is {@link OneWay}. It runs at most once (N4), unless its method is
	 * {@link Idempotent}, and ends with
	 * <ul>
	 * <li>{@link ProcessNotFoundException} if nobody has the name,</li>
	 * <li>{@link CallTimeoutException} at the deadline, which says whether it may have
	 * run,</li>
	 * <li>{@link CallOutcomeUnknownException} if the node died while it may have run, or
	 * the waiting thread was interrupted,</li>
	 * <li>{@link CircularCallException} if it would wait for itself,</li>
	 * <li>{@link MailboxFullException} if too many calls wait for it; this one did not
	 * run,</li>
	 * <li>the process's own exception: with its type and fields if the method declares it
	 * (or a superclass, which it becomes) in its throws clause, or it is an unchecked
	 * exception of the JDK, with a {@link RemoteCallException} that shows the stack of
	 * the process as its cause; else as {@code RemoteCallException}.</li>
	 * </ul>
	 * Arguments and results are encoded and decoded also if the process is on this node,
	 * unless their declared type is immutable: a primitive or its box, {@code String}, an
	 * enum, a final class of {@code java.time}, {@code UUID}, or a record of such.
	 * <p>
	 * While a process moves or is taken over, a call waits for it, at most
	 * {@code horde.registry.move-wait}, and follows it. A process that calls itself fails
	 * at once, except by a {@link OneWay} method, and so does a circle of calls that
	 * wait. A blocking call on Horde's event loop is refused.
	 * <p>
	 * Cancelling the future of a call, or interrupting the thread that waits for it,
	 * tells the process: a call that waits does not run, a future that the method has
	 * returned is cancelled, and a method that runs is interrupted if it is
	 * {@link Interruptible}.
	 * @param <T> the interface
	 * @param api an interface of the process
	 * @param name the name, which is resolved at each call
	 * @param timeout the deadline of each call
	 * @return the proxy
	 */
	<T> T proxy(Class<T> api, String name, Duration timeout);

	/**
	 * Watch names. A watch that a process opened ends with it. A listener that is much
	 * slower than the changes may miss some in between, but never the last state of a
	 * name.
	 * @param query which ones; its limit doesn't count
	 * @param listener called on the process executor, in order, never twice at once;
	 * first for the entries that exist
	 * @return to end the watch
	 */
	Watch watch(NameQuery query, Consumer<NameEvent> listener);

	/**
	 * Call a consumer with every entry of a name or of a group's members that is on this
	 * node.
	 * @param nameOrGroup the name
	 * @param consumer called on the calling thread
	 * @return how many there were
	 */
	int dispatch(String nameOrGroup, Consumer<NameEntry> consumer);

	/**
	 * Return a group: a name with many owners.
	 * @param name the name of the group
	 * @return the group
	 */
	Group group(String name);

	/**
	 * Return the metadata of the registry, which is replicated.
	 * @return a copy; values are as the payload codec decodes them without a type
	 */
	Map<String, @Nullable Object> meta();

	/**
	 * Set a metadatum; the last write wins.
	 * @param key the key
	 * @param value anything that the payload codec can encode
	 */
	void putMeta(String key, @Nullable Object value);

	/**
	 * Delete a metadatum.
	 * @param key the key
	 */
	void deleteMeta(String key);

}
