package io.horde.cluster;

import java.util.Map;
import java.util.Set;

/**
 * A member, as one node sees it.
 *
 * @param name the node name, unique among living members
 * @param address the transport address, {@code host:port}
 * @param status its state
 * @param self whether it is the node that was asked
 * @param incarnation distinguishes this start of the node from earlier ones
 * @param labels its labels, for placement
 * @param weight its share on the hash ring, relative to the others; 0 runs nothing
 * @param version the application version that it runs, or an empty string
 * @param processTypes the process types that it can run
 */
public record Member(String name, String address, MemberStatus status, boolean self, long incarnation,
		Map<String, String> labels, int weight, String version, Set<String> processTypes) {

	/**
	 * Creates a member.
	 */
	public Member {
		labels = Map.copyOf(labels);
		processTypes = Set.copyOf(processTypes);
	}

}
