package io.horde.cluster.quorum;

import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

/**
 * Watches who is there to hold a seat, and whose seat may be given away (Q6).
 */
final class SeatWatch {

	private final String self;

	private final QuorumSettings settings;

	private final SortedMap<String, Heard> heard = new TreeMap<>();

	/** Since when the present seat configuration has been in force here. */
	private long since;

	private Set<String> up = Set.of();

	private Set<String> forgotten = Set.of();

	private int known = 1;

	SeatWatch(String self, QuorumSettings settings, long started) {
		this.self = self;
		this.settings = settings;
		this.since = started;
	}

	/**
	 * Take notice of the members.
	 * @param up those that may get a seat
	 * @param forgotten those that will not come back
	 * @param known how many there are, those that are gone included
	 */
	void members(Set<String> up, Set<String> forgotten, int known) {
		this.up = up;
		this.forgotten = forgotten;
		this.known = known;
	}

	/**
	 * Take notice of a message.
	 * @param founds whether its sender is ready to found a seat configuration, or
	 * {@code null} if the message doesn't tell
	 */
	void heard(String name, @Nullable Boolean founds, long now) {
		Heard before = this.heard.get(name);
		boolean ready = (founds != null) ? founds : before != null && before.founds;
		this.heard.put(name, new Heard(now, ready));
	}

	/**
	 * Another seat configuration is in force.
	 */
	void reconfigured(long now) {
		this.since = now;
	}

	int known() {
		return this.known;
	}

	/**
	 * Return the names that may get a seat, in the order in which they get one.
	 */
	SortedSet<String> up() {
		return new TreeSet<>(this.up);
	}

	boolean isHeard(String name, long now) {
		Heard heard = this.heard.get(name);
		return heard != null && now - heard.at <= this.settings.lease();
	}

	/**
	 * Return who is ready to found the first seat configuration, this node included.
	 */
	SortedSet<String> founders(long now) {
		SortedSet<String> founders = new TreeSet<>();
		founders.add(this.self);
		this.heard.forEach((name, heard) -> {
			if (heard.founds && isHeard(name, now)) {
				founders.add(name);
			}
		});
		return founders;
	}

	/**
	 * Tell whether a seat may be given away.
	 * @param name its holder, or an empty string
	 */
	boolean isVacant(String name, long now) {
		if (name.isEmpty()) {
			return true;
		}
		Heard heard = this.heard.get(name);
		long last = (heard != null && heard.at - this.since > 0) ? heard.at : this.since;
		boolean forgotten = this.forgotten.contains(name);
		return !name.equals(this.self)
				&& (forgotten ? now - last >= this.settings.certainty() : now - last > this.settings.vacancy());
	}

	/**
	 * Tell whether one seat configuration may follow another: it gives no seat away whose
	 * holder was heard lately.
	 */
	boolean mayFollow(SeatConfiguration before, SeatConfiguration after, long now) {
		for (int seat = 0; seat < before.seats().size(); seat++) {
			String holder = before.seats().get(seat);
			if (seat >= after.seats().size() || !holder.equals(after.seats().get(seat)) && !isVacant(holder, now)) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Give the first vacant seat to the first that has none.
	 * @return the seat configuration, or {@code null} if that is not possible
	 */
	@Nullable SeatConfiguration filled(SeatConfiguration configuration, long now) {
		List<String> seats = configuration.seats();
		for (int seat = 0; seat < seats.size(); seat++) {
			if (isVacant(seats.get(seat), now)) {
				for (String name : up()) {
					if (!seats.contains(name)) {
						return configuration.withSeat(seat, name);
					}
				}
			}
		}
		return null;
	}

	record Heard(long at, boolean founds) {

	}

}
