package io.horde.registry;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import io.horde.Internal;
import io.horde.cluster.Membership;
import io.horde.process.LocalProcess;
import io.horde.process.ProcessContext;
import io.horde.process.ProcessExecutor;
import io.horde.process.ProcessRuntime;
import io.horde.replication.Replicator;
import io.horde.time.EventLoop;
import io.horde.wire.Payloads;
import org.jspecify.annotations.Nullable;

/**
 * The names of a cluster, as one node has them, and calls by name.
 */
@Internal
public final class Registry implements HordeRegistry {

	/**
	 * Creates a registry. Its maps and listeners are added to the replicator and the
	 * membership, so neither may be started yet.
	 * @param name the name of the registry
	 * @param loop the event loop
	 * @param membership the members
	 * @param replicator carries the names
	 * @param runtime the processes of this node
	 * @param executor runs listeners
	 * @param payloads encodes values, arguments and results
	 * @param resolver decides conflicts
	 * @param settings the settings
	 */
	public Registry(String name, EventLoop loop, Membership membership, Replicator replicator, ProcessRuntime runtime,
			ProcessExecutor executor, Payloads payloads, ConflictResolver resolver, RegistrySettings settings) {
	}

	/**
	 * Start to send and to accept calls. Called on the loop.
	 */
	public void start() {
		throw new UnsupportedOperationException();
	}

	/**
	 * End all calls and watches. Called on the loop.
	 */
	public void stop() {
		throw new UnsupportedOperationException();
	}

	/**
	 * Add a listener for conflicts that this node loses. Called before the start.
	 * @param listener the listener
	 */
	public void addConflictListener(NameConflictListener listener) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Add an interceptor of calls. Called before the start.
	 * @param interceptor the interceptor
	 */
	public void addCallInterceptor(CallInterceptor interceptor) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Set how the registry learns that a name which nobody holds will be held again soon,
	 * because its process is being moved, restarted or taken over: a call then waits (at
	 * most {@link RegistrySettings#moveWait()}) instead of failing at once. Called before
	 * the start.
	 * @param expected called on the loop, must return at once
	 */
	public void expectNames(Predicate<String> expected) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Register a name for a process that is about to open. An older run of the same
	 * process is replaced. Called on the loop; idempotent; called again after the epoch
	 * of the process has grown, it renews the claim.
	 * @param process the process
	 * @param name the name
	 * @param value the encoded value
	 * @return {@code null} if the process holds the name now, else who holds it
	 */
	public @Nullable NameEntry claim(LocalProcess process, String name, byte @Nullable [] value) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Remove all names and memberships of a process and end its watches. It can't
	 * register anything afterwards. Called on the loop.
	 * @param process the process
	 */
	public void release(LocalProcess process) {
		throw new UnsupportedOperationException();
	}

	/**
	 * Return what the registry holds and has done. May be called from any thread.
	 * @return the figures
	 */
	public RegistryStats stats() {
		throw new UnsupportedOperationException();
	}

	@Override
	public void register(String name, @Nullable Object value) {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean tryRegister(String name, @Nullable Object value) {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean unregister(String name) {
		throw new UnsupportedOperationException();
	}

	@Override
	public <V> V updateValue(String name, Class<V> type, UnaryOperator<V> update) {
		throw new UnsupportedOperationException();
	}

	@Override
	public HordeRegistry ownedBy(ProcessContext process) {
		throw new UnsupportedOperationException();
	}

	@Override
	public Optional<NameEntry> lookup(String name) {
		throw new UnsupportedOperationException();
	}

	@Override
	public Stream<NameEntry> find(NameQuery query) {
		throw new UnsupportedOperationException();
	}

	@Override
	public long count(NameQuery query) {
		throw new UnsupportedOperationException();
	}

	@Override
	public int unregister(NameQuery query) {
		throw new UnsupportedOperationException();
	}

	@Override
	public <T> T proxy(Class<T> api, String name) {
		throw new UnsupportedOperationException();
	}

	@Override
	public <T> T proxy(Class<T> api, String name, Duration timeout) {
		throw new UnsupportedOperationException();
	}

	@Override
	public Watch watch(NameQuery query, Consumer<NameEvent> listener) {
		throw new UnsupportedOperationException();
	}

	@Override
	public int dispatch(String nameOrGroup, Consumer<NameEntry> consumer) {
		throw new UnsupportedOperationException();
	}

	@Override
	public Group group(String name) {
		throw new UnsupportedOperationException();
	}

	@Override
	public Map<String, @Nullable Object> meta() {
		throw new UnsupportedOperationException();
	}

	@Override
	public void putMeta(String key, @Nullable Object value) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void deleteMeta(String key) {
		throw new UnsupportedOperationException();
	}

}
