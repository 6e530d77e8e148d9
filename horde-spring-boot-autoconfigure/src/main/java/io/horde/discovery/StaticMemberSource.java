package io.horde.discovery;

import java.util.Collection;
import java.util.List;

import io.horde.cluster.MemberSource;
import io.horde.wire.TransportAddress;

/**
 * The candidates are the addresses that the property {@code horde.cluster.members} lists.
 */
public final class StaticMemberSource implements MemberSource {

	/**
	 * The property that lists the members.
	 */
	public static final String PROPERTY = "horde.cluster.members";

	private final List<Candidate> candidates;

	/**
	 * Creates a source.
	 * @param addresses transport addresses, {@code host:port}; none for a cluster of one
	 * node
	 * @throws IllegalArgumentException if one of them is no such address
	 */
	public StaticMemberSource(Collection<String> addresses) {
		this.candidates = addresses.stream()
			.map((address) -> new Candidate(TransportAddress.check(address.strip()), ""))
			.toList();
	}

	@Override
	public List<Candidate> candidates() {
		return this.candidates;
	}

	@Override
	public boolean expectsOthers() {
		return !this.candidates.isEmpty();
	}

	@Override
	public String description() {
		return "the property " + PROPERTY;
	}

}
