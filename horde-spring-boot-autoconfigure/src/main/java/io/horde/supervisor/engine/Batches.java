package io.horde.supervisor.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.ToIntFunction;

import io.horde.crdt.ReplicaId;
import io.horde.time.EventLoop;

/**
 * Collects what is to be sent to each member, and sends it soon in few messages of a
 * bounded size. Confined to the loop.
 *
 * @param <T> the type of the items
 */
final class Batches<T> {

	private static final int MAX_SIZE = 128 << 10;

	private final EventLoop loop;

	private final ToIntFunction<T> size;

	private final BiConsumer<ReplicaId, List<T>> sender;

	private TreeMap<ReplicaId, List<T>> waiting = new TreeMap<>();

	/**
	 * Creates batches.
	 * @param size about how many bytes an item takes in a message
	 * @param sender sends one message
	 */
	Batches(EventLoop loop, ToIntFunction<T> size, BiConsumer<ReplicaId, List<T>> sender) {
		this.loop = loop;
		this.size = size;
		this.sender = sender;
	}

	void add(ReplicaId target, T item) {
		if (this.waiting.isEmpty()) {
			this.loop.execute(this::flush);
		}
		this.waiting.computeIfAbsent(target, (key) -> new ArrayList<>()).add(item);
	}

	private void flush() {
		Map<ReplicaId, List<T>> work = this.waiting;
		this.waiting = new TreeMap<>();
		work.forEach(this::send);
	}

	private void send(ReplicaId target, List<T> items) {
		List<T> batch = new ArrayList<>();
		int size = 0;
		for (T item : items) {
			int added = this.size.applyAsInt(item);
			if (size + added > MAX_SIZE && !batch.isEmpty()) {
				this.sender.accept(target, batch);
				batch = new ArrayList<>();
				size = 0;
			}
			batch.add(item);
			size += added;
		}
		this.sender.accept(target, batch);
	}

}
