package io.horde.registry.names;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;

import io.horde.crdt.Dot;
import io.horde.crdt.Versioned;
import io.horde.process.engine.LocalProcess;
import io.horde.registry.names.RegistrationTable.Held;
import io.horde.replication.ReplicatedMap;
import io.horde.replication.Writes;
import org.jspecify.annotations.Nullable;

/**
 * The registrations that are held by owners of this node. Guarded by the lock of
 * replicator.write, but for {@link #get}, {@link #size} and {@link #keysOfNode}.
 */
final class HeldRegistrations {

	private final ReplicatedMap<NameRegistration> map;

	private final Map<String, Held> byKey = new ConcurrentHashMap<>();

	private final Map<LocalProcess, Set<String>> keysOfProcess = new HashMap<>();

	private final Set<LocalProcess> released = Collections.newSetFromMap(new WeakHashMap<>());

	HeldRegistrations(ReplicatedMap<NameRegistration> map) {
		this.map = map;
	}

	@Nullable Held get(String key) {
		return this.byKey.get(key);
	}

	int size() {
		return this.byKey.size();
	}

	/**
	 * Return what an owner holds under a key: this very run, its epoch may have been
	 * raised since.
	 * @return {@code null} if it is held by another one, or by nobody
	 */
	@Nullable Held of(@Nullable LocalProcess owner, String key) {
		Held held = this.byKey.get(key);
		return (held != null && held.owner() == owner) ? held : null;
	}

	List<String> keysOfNode() {
		return this.byKey.values().stream().filter((held) -> held.owner() == null).map(Held::key).sorted().toList();
	}

	List<String> keysOf(LocalProcess owner) {
		return List.copyOf(this.keysOfProcess.getOrDefault(owner, Set.of()));
	}

	void write(Writes writes, @Nullable LocalProcess owner, String key, NameRegistration registration) {
		Dot dot = writes.put(this.map, key, registration);
		Held before = this.byKey.get(key);
		if (before != null) {
			forget(before);
		}
		this.byKey.put(key, new Held(owner, new Versioned<>(key, registration, writes.stamp(), dot)));
		if (owner != null) {
			this.keysOfProcess.computeIfAbsent(owner, (process) -> new LinkedHashSet<>()).add(key);
		}
	}

	/**
	 * Give a registration up.
	 * @return whether it was in the map
	 */
	boolean remove(Writes writes, Held held) {
		forget(held);
		return writes.removeDots(this.map, held.key(), List.of(held.registration().dot()));
	}

	void forget(Held held) {
		this.byKey.remove(held.key());
		Set<String> keys = (held.owner() != null) ? this.keysOfProcess.get(held.owner()) : null;
		if (keys != null) {
			keys.remove(held.key());
			if (keys.isEmpty()) {
				this.keysOfProcess.remove(held.owner());
			}
		}
	}

	/**
	 * Let a process hold nothing more than it does.
	 * @return the keys that it is still to give up
	 */
	List<String> release(LocalProcess owner) {
		this.released.add(owner);
		return keysOf(owner);
	}

	boolean isReleased(LocalProcess owner) {
		return this.released.contains(owner);
	}

	/**
	 * Tell whether a registration is in the map.
	 */
	boolean isAlive(Held held) {
		return this.map.isAlive(held.key(), held.registration().dot());
	}

	/**
	 * Tell whether a registration is not held any more, or the map has others beside it.
	 * @param seen what was in the map before
	 */
	boolean hasChanged(Held held, List<Versioned<NameRegistration>> seen) {
		return this.byKey.get(held.key()) != held || !dots(this.map.siblings(held.key())).equals(dots(seen));
	}

	private static List<Dot> dots(List<Versioned<NameRegistration>> registrations) {
		return registrations.stream().map(Versioned::dot).toList();
	}

}
