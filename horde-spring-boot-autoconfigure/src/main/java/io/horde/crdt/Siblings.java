package io.horde.crdt;

import java.util.List;

/**
 * Concurrent values of one key.
 *
 * @param <V> type of the values
 * @param versions the values, at least two, the visible one first
 */
record Siblings<V>(List<Versioned<V>> versions) implements Slot<V> {

	@Override
	public String key() {
		return visible().key();
	}

	@Override
	public Versioned<V> visible() {
		return this.versions.get(0);
	}

	@Override
	public boolean contains(Dot dot) {
		return this.versions.stream().anyMatch((version) -> version.dot().equals(dot));
	}

}
