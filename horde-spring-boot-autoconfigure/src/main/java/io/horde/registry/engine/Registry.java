package io.horde.registry.engine;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.horde.HordeException;
import io.horde.cluster.membership.Membership;
import io.horde.crdt.Dot;
import io.horde.crdt.Versioned;
import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.ProcessRuntime;
import io.horde.registry.CallInterceptor;
import io.horde.registry.ConflictResolver;
import io.horde.registry.NameConflictEvent;
import io.horde.registry.NameEntry;
import io.horde.registry.NameEvent;
import io.horde.registry.NameQuery;
import io.horde.registry.Watch;
import io.horde.registry.calls.Calls;
import io.horde.registry.names.ConflictRules;
import io.horde.registry.names.Groups;
import io.horde.registry.names.Metadata;
import io.horde.registry.names.NameRegistration;
import io.horde.registry.names.NamedRun;
import io.horde.registry.names.RegistrationTable;
import io.horde.registry.names.RegistrationTable.Held;
import io.horde.registry.names.RegistrationUpkeep;
import io.horde.registry.names.RegistrySettings;
import io.horde.replication.Replicator;
import io.horde.time.EventLoop;
import io.horde.wire.Payloads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names of a cluster, as one node has them, and calls by name: the parts of a
 * registry, and how they hear of what happens. Users reach it through
 * {@link CurrentRegistry}.
 */
public final class Registry {

	private static final Logger logger = LoggerFactory.getLogger(Registry.class);

	/** All that this registry replicates and tells is under this name. */
	private static final String NAME = "horde";

	final Payloads payloads;

	final RegistrySettings settings;

	final RegistrationTable names;

	final Groups groups;

	final Metadata metadata;

	final Calls calls;

	private final Membership membership;

	private final ProcessRuntime runtime;

	private final RegistrationTable memberships;

	private final RegistrationUpkeep nameUpkeep;

	private final RegistrationUpkeep groupUpkeep;

	private final NameConflicts conflicts;

	private final NameWatches watches;

	private final AtomicBoolean warned = new AtomicBoolean();

	/**
	 * Creates a registry. Its maps and listeners are added to the replicator and the
	 * membership, so neither may be started yet.
	 * @param loop the event loop
	 * @param membership the members
	 * @param replicator carries the names
	 * @param runtime the processes of this node
	 * @param payloads encodes values, arguments and results
	 * @param resolver decides conflicts
	 * @param settings the settings
	 * @param seed for all that is chosen at random
	 */
	public Registry(EventLoop loop, Membership membership, Replicator replicator, ProcessRuntime runtime,
			Payloads payloads, ConflictResolver resolver, RegistrySettings settings, long seed) {
		this.membership = membership;
		this.runtime = runtime;
		this.payloads = payloads;
		this.settings = settings;
		ConflictRules rules = new ConflictRules(resolver, payloads);
		this.conflicts = new NameConflicts(NAME, rules, loop, runtime.executor());
		this.names = new RegistrationTable("names." + NAME, membership, replicator, payloads, (key) -> key);
		this.watches = new NameWatches(loop, runtime.executor(), this.names.visible());
		this.memberships = new RegistrationTable("groups." + NAME, membership, replicator, payloads, Groups::groupOf);
		this.groups = new Groups(this.memberships);
		this.metadata = new Metadata(NAME, replicator, payloads);
		this.nameUpkeep = new RegistrationUpkeep(loop, this.names, rules, membership.view(), new Names());
		this.groupUpkeep = new RegistrationUpkeep(loop, this.memberships, rules, membership.view(),
				this.groups::changed);
		this.names.onDisplaced((loser, winner) -> loop.execute(() -> this.conflicts.lost(loser, winner)));
		this.names.map().addListener(this.nameUpkeep);
		this.memberships.map().addListener(this.groupUpkeep);
		membership.addListener(this.nameUpkeep);
		membership.addListener(this.groupUpkeep);
		this.calls = new Calls(loop, membership, this.names, runtime, payloads, settings, seed);
	}

	/**
	 * Return the name of this node.
	 */
	String node() {
		return this.membership.selfId().node();
	}

	/**
	 * Start to send and to accept calls. Called on the loop.
	 */
	public void start() {
		this.calls.start();
	}

	/**
	 * End all calls and watches. Called on the loop.
	 */
	public void stop() {
		this.nameUpkeep.stop();
		this.groupUpkeep.stop();
		this.calls.stop();
		this.watches.stop();
	}

	/**
	 * This node is out of the cluster (B4): give up what it holds itself, fail the calls
	 * that wait, and all from now on. Called on the loop.
	 * @param failure tells why
	 */
	public void expelled(HordeException failure) {
		this.calls.expelled(failure);
		this.names.keysOf(null).forEach((key) -> this.names.remove(null, key));
		this.memberships.keysOf(null).forEach((key) -> this.memberships.remove(null, key));
	}

	/**
	 * Add who is told of conflicts that this node loses, on the process executor. Called
	 * before the start.
	 */
	public void onConflict(Consumer<NameConflictEvent> listener) {
		this.conflicts.addListener(listener);
	}

	/**
	 * Add an interceptor of calls. Called before the start.
	 */
	public void addCallInterceptor(CallInterceptor interceptor) {
		this.calls.addInterceptor(interceptor);
	}

	/**
	 * Set how the registry learns that a name which nobody holds will be held again soon,
	 * because its process is being moved, restarted or taken over: a call then waits (at
	 * most {@link RegistrySettings#moveWait()}) instead of failing at once. Called before
	 * the start.
	 * @param expected called on the loop, must return at once
	 */
	public void expectNames(Predicate<String> expected) {
		this.calls.expect(expected);
	}

	/**
	 * Register a name for a process that is about to open. An older run of the same
	 * process is replaced. Called on the loop; idempotent; called again after the epoch
	 * of the process has grown, it renews the registration.
	 * @param run the value that the name begins with
	 * @return {@code null} if the process holds the name now, else who holds it
	 */
	public @Nullable NameEntry registerRun(LocalProcess process, String name, NamedRun run) {
		return this.names.registerRun(process, name, run);
	}

	/**
	 * Return the value that a process has given a name that it holds. Called on the loop.
	 * @return the encoded value, or {@code null} if it does not hold the name or gave
	 * none
	 */
	public byte @Nullable [] value(LocalProcess process, String name) {
		return this.names.value(process, name);
	}

	/**
	 * Set which children will run again under the name that they had on a node that is
	 * gone: their registration stays until then, because its value is theirs (N12).
	 * Called before the start.
	 */
	public void awaitRuns(AwaitedRuns awaited) {
		this.nameUpkeep.awaits((registration) -> {
			String processId = registration.value().processId();
			return processId != null && awaited.isAwaited(registration.key(), processId, registration.value().served());
		});
	}

	/**
	 * Whether the child with a name will run again may have changed. Called on the loop.
	 */
	public void awaitedChanged(String name) {
		this.nameUpkeep.awaitedChanged(name);
	}

	/**
	 * Tell whether to warn that a name is registered for the node itself, though it runs
	 * processes: once.
	 */
	boolean warnUnbound() {
		return !this.runtime.factory().types().isEmpty() && this.warned.compareAndSet(false, true);
	}

	/**
	 * Return what the registry holds and has done. May be called from any thread.
	 */
	public RegistryStats stats() {
		return new RegistryStats(this.names.map().size(), this.names.heldCount(), this.memberships.map().size(),
				this.conflicts.won(), this.conflicts.lost(), this.calls.pending(), this.calls.waiting(),
				this.calls.executed());
	}

	/**
	 * Return who has a name. May be called from any thread.
	 */
	public @Nullable NameEntry holder(String name) {
		return this.names.visible().entry(name);
	}

	/**
	 * Add a process, or this node, to a group. May be called from any thread.
	 */
	public void join(String group, @Nullable LocalProcess owner, @Nullable Object value) {
		byte[] bytes = this.payloads.encode(value, "the value of a member of the group '" + group + "'");
		this.groups.join(group, owner, node(), bytes);
	}

	/**
	 * Remove all names and memberships of a process and end its watches. It can't
	 * register anything afterwards. Called on the loop.
	 */
	public void release(LocalProcess process) {
		this.names.release(process);
		this.memberships.release(process);
		this.watches.release(process);
	}

	/**
	 * Watch names, until the watch is closed or its owner has ended. May be called from
	 * any thread.
	 */
	Watch watch(@Nullable LocalProcess owner, NameQuery query, Consumer<NameEvent> listener) {
		return this.watches.add(owner, query, listener);
	}

	/**
	 * Knows the children.
	 */
	@FunctionalInterface
	public interface AwaitedRuns {

		/**
		 * Tell whether a child is to run again under a name.
		 * @param id the id of the child
		 * @param served the desired entry that the child served which had the name last
		 */
		boolean isAwaited(String name, String id, @Nullable Dot served);

	}

	/**
	 * What follows from changes of names.
	 */
	private final class Names implements RegistrationUpkeep.Listener {

		@Override
		public void changed(String name) {
			Registry.this.watches.offer(name);
			Registry.this.calls.nameChanged(name);
		}

		@Override
		public void won(Held mine) {
			Registry.this.conflicts.countWon();
		}

		@Override
		public void lost(Held mine, Versioned<NameRegistration> winner) {
			Registry.this.conflicts.lost(mine, winner);
		}

	}

}
