package io.horde.cluster.quorum;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import io.horde.wire.MalformedFrameException;

/**
 * Who holds which voting seat (Q6). Immutable.
 *
 * @param generation how often an operator founded a seat configuration by force (Q8)
 * @param number how often it was changed since
 * @param founder the node that founded the generation, or an empty string
 * @param seats the node names, an empty string for a seat that nobody holds
 */
public record SeatConfiguration(long generation, long number, String founder, List<String> seats) {

	/**
	 * No seat configuration is known.
	 */
	public static final SeatConfiguration NONE = new SeatConfiguration(0, 0, "", List.of());

	public static final int MAX_SEATS = 7;

	private static final int FIELDS = 4;

	/**
	 * Creates a seat configuration.
	 */
	public SeatConfiguration {
		seats = List.copyOf(seats);
	}

	/**
	 * Found the first seat configuration.
	 * @param names the founders
	 * @param size how many seats there are
	 * @return the seat configuration, with empty seats if there are too few founders
	 */
	static SeatConfiguration first(Collection<String> names, int size) {
		List<String> seats = new ArrayList<>(names.stream().sorted().limit(size).toList());
		while (seats.size() < size) {
			seats.add("");
		}
		return new SeatConfiguration(0, 1, "", seats);
	}

	/**
	 * Tell whether there is a seat configuration at all.
	 * @return {@code false} for {@link #NONE}
	 */
	public boolean isKnown() {
		return !this.seats.isEmpty();
	}

	/**
	 * Tell whether this one goes before another. Two of one generation and number differ
	 * only if two operators used force; then the names of their nodes decide.
	 */
	boolean isNewerThan(SeatConfiguration other) {
		int order = Long.compare(this.generation, other.generation);
		order = (order != 0) ? order : Long.compare(this.number, other.number);
		return (order != 0) ? order > 0 : this.founder.compareTo(other.founder) > 0;
	}

	/**
	 * Return the names whose votes count. With an even number of seats the first one's
	 * does not (Q7).
	 * @return the names, in the order of their seats
	 */
	public List<String> voters() {
		List<String> counted = (this.seats.size() % 2 == 0 && !this.seats.isEmpty())
				? this.seats.subList(1, this.seats.size()) : this.seats;
		return counted.stream().filter((name) -> !name.isEmpty()).toList();
	}

	/**
	 * Return how many votes are a majority. Empty seats count as seats.
	 * @return the number
	 */
	public int required() {
		int counted = (this.seats.size() % 2 == 0) ? this.seats.size() - 1 : this.seats.size();
		return Math.max(counted, 0) / 2 + 1;
	}

	/**
	 * Tell whether nodes are a majority.
	 * @param names the nodes
	 * @return whether their votes are enough
	 */
	public boolean isMajority(Collection<String> names) {
		return isKnown() && voters().stream().filter(names::contains).count() >= required();
	}

	/**
	 * Found a seat configuration without asking anybody (Q8).
	 * @param founder who does so
	 * @param gone who will not come back
	 * @param others who may get a seat besides, in the order in which they get one
	 * @param size how many seats there are
	 */
	SeatConfiguration byForce(String founder, Collection<String> gone, Collection<String> others, int size) {
		List<String> seats = new ArrayList<>(this.seats);
		seats.removeIf((name) -> name.isEmpty() || gone.contains(name));
		for (String name : others) {
			if (seats.size() < Math.max(size, 1) && !seats.contains(name) && !gone.contains(name)) {
				seats.add(name);
			}
		}
		return new SeatConfiguration(this.generation + 1, 1, founder, seats);
	}

	SeatConfiguration withSeat(int seat, String name) {
		List<String> changed = new ArrayList<>(this.seats);
		changed.set(seat, name);
		return new SeatConfiguration(this.generation, this.number + 1, this.founder, changed);
	}

	void write(FrameWriter writer) {
		writer.array(FIELDS)
			.longValue(this.generation)
			.longValue(this.number)
			.string(this.founder)
			.list(this.seats, writer::string);
	}

	static SeatConfiguration read(FrameReader reader) {
		SeatConfiguration read = reader.array(() -> new SeatConfiguration(reader.longValue(), reader.longValue(),
				reader.nameOrEmpty(), reader.list(reader::nameOrEmpty)));
		if (read.seats.size() > MAX_SEATS) {
			throw new MalformedFrameException("Found a configuration with " + read.seats.size() + " seats");
		}
		return read;
	}

	/**
	 * Return a name for log lines and operators.
	 * @return generation and number
	 */
	public String id() {
		return (this.generation > 0) ? this.generation + "." + this.number + "@" + this.founder : "0." + this.number;
	}

}
