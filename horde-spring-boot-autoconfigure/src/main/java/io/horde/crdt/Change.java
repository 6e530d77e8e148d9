package io.horde.crdt;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One mutation of one key, as its origin made it.
 *
 * @param map the number of the map
 * @param key the key
 * @param value the new value, or {@code null} if this only removes
 * @param removed the writes that it replaces or removes: exactly those that the origin
 * saw and meant (R3)
 */
public record Change(int map, String key, @Nullable Object value, List<Dot> removed) {

}
