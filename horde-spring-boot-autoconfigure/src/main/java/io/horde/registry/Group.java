package io.horde.registry;

import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * A name with many owners. A member is a process, or a node. As with names, a process
 * that ends leaves its groups.
 */
public interface Group {

	/**
	 * Return the name of the group.
	 * @return the name
	 */
	String name();

	/**
	 * Make the current owner a member. Joining again replaces the value.
	 * @param value anything that the payload codec can encode
	 */
	void join(@Nullable Object value);

	/**
	 * End the membership of the current owner.
	 * @return whether it was a member
	 */
	boolean leave();

	/**
	 * Return the members.
	 * @return the members, weakly consistent
	 */
	Stream<NameEntry> members();

	/**
	 * Return the members on this node.
	 * @return the members, weakly consistent
	 */
	Stream<NameEntry> localMembers();

	/**
	 * Return a proxy that calls all members. Methods must be {@code void}; a call returns
	 * when it has been handed to the transport, and failures of members are logged.
	 * @param <T> the interface
	 * @param api an interface of the processes
	 * @return the proxy
	 */
	<T> T proxy(Class<T> api);

}
