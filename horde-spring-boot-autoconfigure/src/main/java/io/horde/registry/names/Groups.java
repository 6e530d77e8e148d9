package io.horde.registry.names;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;

import io.horde.crdt.Versioned;
import io.horde.process.engine.LocalProcess;
import io.horde.registry.NameEntry;
import io.horde.wire.NameLimits;
import org.jspecify.annotations.Nullable;

/**
 * Memberships of groups: a table of registrations whose keys are made of the group and
 * the owner, and an index by group.
 */
public final class Groups {

	private static final char SEPARATOR = '\u0000';

	private final RegistrationTable table;

	private final Map<String, Set<String>> keysOfGroup = new ConcurrentHashMap<>();

	public Groups(RegistrationTable table) {
		this.table = table;
	}

	/**
	 * Return the group of a key of the table.
	 * @param key the key
	 * @return the name of the group
	 */
	public static String groupOf(String key) {
		int end = key.indexOf(SEPARATOR);
		return (end >= 0) ? key.substring(0, end) : key;
	}

	/**
	 * Return the key of a membership. A name of a group has no NUL, see
	 * {@link NameLimits}, so keys are unambiguous.
	 * @param group the group
	 * @param owner the process, or {@code null} for the node
	 * @param node the name of the node
	 * @return the key
	 */
	static String key(String group, @Nullable LocalProcess owner, String node) {
		return group + SEPARATOR + ((owner != null) ? "p" + owner.id() : "n" + node);
	}

	public void join(String group, @Nullable LocalProcess owner, String node, byte[] value) {
		String key = key(group, owner, node);
		this.table.put(owner, key, value);
		index(key);
	}

	public boolean leave(String group, @Nullable LocalProcess owner, String node) {
		return this.table.remove(owner, key(group, owner, node));
	}

	/*
	 * A key is in the index at least as long as it is in the map: it is added after the
	 * write, and taken out, within the same atomic step, only if the map has it no more.
	 */
	public void changed(String key) {
		if (this.table.map().get(key) != null) {
			index(key);
		}
		else {
			this.keysOfGroup.computeIfPresent(groupOf(key), (group, keys) -> {
				if (this.table.map().get(key) == null) {
					keys.remove(key);
				}
				return keys.isEmpty() ? null : keys;
			});
		}
	}

	private void index(String key) {
		this.keysOfGroup.compute(groupOf(key), (group, keys) -> {
			Set<String> indexed = (keys != null) ? keys : new ConcurrentSkipListSet<>();
			indexed.add(key);
			return indexed;
		});
	}

	public List<Versioned<NameRegistration>> members(String group) {
		List<Versioned<NameRegistration>> members = new ArrayList<>();
		for (String key : this.keysOfGroup.getOrDefault(group, Set.of())) {
			Versioned<NameRegistration> registration = this.table.visible().get(key);
			if (registration != null) {
				members.add(registration);
			}
		}
		return members;
	}

	public List<NameEntry> entries(String group) {
		return members(group).stream().map(this.table.visible()::entry).toList();
	}

}
