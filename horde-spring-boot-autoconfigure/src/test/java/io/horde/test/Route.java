package io.horde.test;

import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * One direction between two machines.
 */
final class Route {

	final String from;

	final String to;

	final TreeMap<Long, Runnable> stalled = new TreeMap<>();

	@Nullable Faults faults;

	boolean cut;

	long next;

	long interruptions;

	Route(String from, String to) {
		this.from = from;
		this.to = to;
	}

}
