package io.horde.crdt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A few objects by number. Reads take neither locks nor objects, from any thread; each
 * change copies.
 *
 * @param <V> type of the objects
 */
public final class NumberMap<V> {

	private volatile Content<V> content = new Content<>(new int[0], List.of());

	/**
	 * Return an object.
	 * @param number its number
	 * @return the object, or {@code null} if there is none
	 */
	public @Nullable V get(int number) {
		Content<V> now = this.content;
		int index = Arrays.binarySearch(now.numbers, number);
		return (index >= 0) ? now.values.get(index) : null;
	}

	/**
	 * Add an object.
	 * @param number its number
	 * @param value the object
	 * @return what has the number already, or {@code null} if the object was added
	 */
	public synchronized @Nullable V putIfAbsent(int number, V value) {
		Content<V> before = this.content;
		int index = Arrays.binarySearch(before.numbers, number);
		if (index >= 0) {
			return before.values.get(index);
		}
		int place = -index - 1;
		int[] numbers = new int[before.numbers.length + 1];
		System.arraycopy(before.numbers, 0, numbers, 0, place);
		numbers[place] = number;
		System.arraycopy(before.numbers, place, numbers, place + 1, before.numbers.length - place);
		List<V> values = new ArrayList<>(before.values);
		values.add(place, value);
		this.content = new Content<>(numbers, List.copyOf(values));
		return null;
	}

	/**
	 * Return all objects.
	 * @return the objects in the order of their numbers, unmodifiable
	 */
	public List<V> values() {
		return this.content.values;
	}

	private record Content<V>(int[] numbers, List<V> values) {

	}

}
