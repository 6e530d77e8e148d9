package io.horde.replication.protocol;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.horde.crdt.Fingerprint;
import io.horde.crdt.ReplicaId;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import org.jspecify.annotations.Nullable;

/**
 * What was forgotten and dropped, one after the other (R6): a chain, of which the last
 * link stands for all that came before. Only the recent links are kept. Immutable.
 *
 * @param number how many links there are, those that are no longer kept included
 * @param base the last link that is no longer kept, or 0
 * @param links the others
 */
public record PruningChain(long number, long base, List<Link> links) {

	/*
	 * Two chains that have a link in common differ by the links after it. If both have
	 * some, because two members wrote at the same time, the chains are joined by a link
	 * that repeats the records of both branches. So whoever finds a link of its own in a
	 * chain has all records that it lacks in the links after that one, whichever way the
	 * chain has come, and however many of the earlier ones are no longer kept.
	 *
	 * Where no link is common nobody can tell what one side has dropped and the other has
	 * not. Then the longer chain counts.
	 */

	public static final PruningChain EMPTY = new PruningChain(0, 0, List.of());

	public PruningChain {
		links = List.copyOf(links);
	}

	/**
	 * Return the last link, by which this chain is told from others.
	 */
	public long head() {
		return this.links.isEmpty() ? this.base : this.links.get(this.links.size() - 1).id();
	}

	/**
	 * Tell whether a link is the base or one of those after it.
	 */
	public boolean contains(long link) {
		return link == this.base || this.links.stream().anyMatch((one) -> one.id() == link);
	}

	public boolean isDropped(ReplicaId replica) {
		return records().stream().anyMatch((record) -> record.isDropped() && record.replica().equals(replica));
	}

	public boolean isRecorded(ReplicaId replica) {
		return records().stream().anyMatch((record) -> record.replica().equals(replica));
	}

	public Collection<PruningRecord> records() {
		return records(this.links);
	}

	/**
	 * Tell whether this chain counts where it has no link in common with another one.
	 */
	public boolean isBefore(PruningChain other) {
		return this.number > other.number || (this.number == other.number && head() > other.head());
	}

	public PruningChain with(Collection<PruningRecord> records) {
		long id = head();
		for (PruningRecord record : records) {
			id = Fingerprint.of(id + record.kind().ordinal(), Fingerprint.of(record.replica()) + record.digest());
		}
		return with(this.number + 1, List.of(new Link(id, List.copyOf(records))));
	}

	/**
	 * Return this chain with what another one has more.
	 * @param other the other one
	 * @return a longer chain, this one if there is no more, or {@code null} if they have
	 * no link in common
	 */
	public @Nullable PruningChain joined(PruningChain other) {
		int common = other.links.size();
		while (common > 0 && !contains(other.links.get(common - 1).id())) {
			common--;
		}
		if (common == 0 && !contains(other.base)) {
			return null;
		}
		List<Link> theirs = other.links.subList(common, other.links.size());
		if (theirs.isEmpty()) {
			return this;
		}
		long last = (common > 0) ? other.links.get(common - 1).id() : other.base;
		if (last == head()) {
			return with(other.number, theirs);
		}
		List<Link> joined = new ArrayList<>(theirs);
		Set<PruningRecord> records = new LinkedHashSet<>(records(after(last)));
		records.addAll(records(theirs));
		long id = Fingerprint.of(Math.min(head(), other.head()), Math.max(head(), other.head()));
		joined.add(new Link(id, List.copyOf(records)));
		return with(Math.max(this.number, other.number) + 1, joined);
	}

	/**
	 * Return the links after one that this chain contains.
	 */
	public List<Link> after(long link) {
		int first = this.links.size();
		while (first > 0 && this.links.get(first - 1).id() != link) {
			first--;
		}
		return this.links.subList(first, this.links.size());
	}

	/**
	 * Return what of this chain comes after one of its links.
	 */
	public PruningChain since(long link) {
		return new PruningChain(this.number, link, after(link));
	}

	/**
	 * Return this chain without its first links.
	 */
	public PruningChain without(int first) {
		return new PruningChain(this.number, this.links.get(first - 1).id(),
				this.links.subList(first, this.links.size()));
	}

	private PruningChain with(long length, List<Link> more) {
		List<Link> all = new ArrayList<>(this.links);
		all.addAll(more);
		return new PruningChain(length, this.base, all);
	}

	public static Collection<PruningRecord> records(List<Link> links) {
		Set<PruningRecord> records = new LinkedHashSet<>();
		links.forEach((link) -> records.addAll(link.records()));
		return records;
	}

	void write(FrameWriter writer) {
		writer.array(2 + this.links.size()).longValue(this.number).longValue(this.base);
		for (Link link : this.links) {
			writer.array(1 + link.records().size()).longValue(link.id());
			link.records().forEach((record) -> record.write(writer));
		}
	}

	static PruningChain read(FrameReader reader) {
		int count = reader.array() - 2;
		PruningChain chain = new PruningChain(reader.longValue(), reader.longValue(),
				reader.items(count, () -> readLink(reader)));
		reader.end();
		return chain;
	}

	private static Link readLink(FrameReader reader) {
		int count = reader.array() - 1;
		Link link = new Link(reader.longValue(), reader.items(count, () -> PruningRecord.read(reader)));
		reader.end();
		return link;
	}

	/**
	 * What was forgotten or dropped at once.
	 *
	 * @param id made from the link before and the records
	 * @param records what it was
	 */
	public record Link(long id, List<PruningRecord> records) {

	}

}
