package io.horde.schedule.records;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

import io.horde.crdt.Dot;
import io.horde.crdt.DotState;
import io.horde.crdt.Versioned;
import io.horde.replication.MapListener;
import io.horde.replication.ReplicatedMap;
import io.horde.replication.Replicator;
import io.horde.supervisor.ownership.Ledger;
import org.jspecify.annotations.Nullable;

/**
 * The replicated part of the records of schedules. Reads from any thread.
 */
final class Floors {

	private final Ledger ledger;

	private final Replicator replicator;

	private final ReplicatedMap<Floor> floors;

	private final ReplicatedMap<Pause> pauses;

	Floors(Ledger ledger) {
		this.ledger = ledger;
		this.replicator = ledger.replicator();
		this.floors = this.replicator.map("schedule", Floor.CODEC, Floor.ORDER);
		this.pauses = this.replicator.map("schedule-pause", Pause.CODEC, Pause.ORDER);
	}

	/**
	 * Return how far a schedule has come.
	 * @return {@code null} if nobody has written it for this child, but perhaps for a
	 * former one of the same id
	 */
	@Nullable Floor get(ScheduleKey key) {
		return newest(this.floors, key, Floor::desired);
	}

	@Nullable Pause pause(ScheduleKey key) {
		return newest(this.pauses, key, Pause::desired);
	}

	/**
	 * Add who is told, on the loop, which pauses may have changed.
	 */
	void onPause(Consumer<String> listener) {
		this.pauses.addListener(new MapListener<>() {

			@Override
			public void changed(String key, @Nullable Versioned<Pause> before, @Nullable Versioned<Pause> after) {
				listener.accept(key);
			}

			@Override
			public void siblingsChanged(String key) {
				listener.accept(key);
			}

		});
	}

	/**
	 * Tell whether a pause or resume is merged here.
	 */
	boolean knows(Dot pause) {
		return this.pauses.knows(pause);
	}

	/**
	 * Return how many schedules are paused. May be called from any thread.
	 */
	int paused() {
		int[] paused = new int[1];
		this.pauses.forEach((pause) -> paused[0] += pause.value().paused() ? 1 : 0);
		return paused[0];
	}

	private static <V> @Nullable V newest(ReplicatedMap<V> map, ScheduleKey key, Function<V, @Nullable Dot> desired) {
		Versioned<V> visible = map.get(key.text());
		if (visible == null) {
			return null;
		}
		if (Objects.equals(desired.apply(visible.value()), key.desired())) {
			return visible.value();
		}
		V newest = null;
		for (Versioned<V> sibling : map.siblings(key.text())) {
			if (Objects.equals(desired.apply(sibling.value()), key.desired())) {
				newest = sibling.value();
			}
		}
		return newest;
	}

	/**
	 * Write how far a schedule has come, unless more is known (T1).
	 * @return the write, or {@code null} if there is none
	 */
	@Nullable Dot put(ScheduleKey key, Floor floor) {
		Floor known = get(key);
		boolean own = known != null && known.node().equals(floor.node()) && known.epoch() == floor.epoch()
				&& known.due() == floor.due();
		if (known != null && !own && floor.isBehind(known)) {
			return null;
		}
		return this.replicator.write((writes) -> writes.put(this.floors, key.text(), floor));
	}

	Dot put(ScheduleKey key, Pause pause) {
		return this.replicator.write((writes) -> writes.put(this.pauses, key.text(), pause));
	}

	/**
	 * Remove what belongs to children that are gone for good.
	 */
	void sweep(Predicate<String> isRetired) {
		sweep(this.floors, Floor::desired, isRetired);
		sweep(this.pauses, Pause::desired, isRetired);
	}

	private <V> void sweep(ReplicatedMap<V> map, Function<V, @Nullable Dot> desired, Predicate<String> isRetired) {
		List<Versioned<V>> gone = new ArrayList<>();
		map.forEach((visible) -> {
			for (Versioned<V> sibling : map.siblings(visible.key())) {
				Dot served = desired.apply(sibling.value());
				boolean retired = (served == null) ? isRetired.test(visible.key())
						: this.ledger.desired().state(ScheduleKey.child(visible.key()), served) == DotState.GONE;
				if (retired) {
					gone.add(sibling);
				}
			}
		});
		this.replicator.writeEach(gone, (writes, entry) -> writes.removeDots(map, entry.key(), List.of(entry.dot())));
	}

}
