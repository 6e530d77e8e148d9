package io.horde.cluster.protocol;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A process type that a member can run.
 *
 * @param type the name of the type
 * @param instances how many static children it has in the cluster; 0 if it is started on
 * demand
 * @param labels what it requires of a node
 * @param quorum whether its distribution needs a quorum (Q1)
 */
public record TypeAnnouncement(String type, int instances, Map<String, String> labels, boolean quorum) {

	/**
	 * Creates an announcement.
	 */
	public TypeAnnouncement {
		labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
	}

	/**
	 * Creates an announcement of a type that needs no quorum.
	 * @param type the name of the type
	 * @param instances how many static children it has
	 * @param labels what it requires of a node
	 */
	public TypeAnnouncement(String type, int instances, Map<String, String> labels) {
		this(type, instances, labels, false);
	}

}
