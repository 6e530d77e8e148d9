package io.horde.registry;

import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * Which names are meant. Immutable; all conditions must hold.
 */
public final class NameQuery {

	private static final NameQuery ALL = new NameQuery(null, null, null, null, null, Long.MAX_VALUE);

	private final @Nullable String name;

	private final @Nullable String prefix;

	private final @Nullable String owner;

	private final @Nullable String node;

	private final @Nullable Predicate<NameEntry> value;

	private final long limit;

	private NameQuery(@Nullable String name, @Nullable String prefix, @Nullable String owner, @Nullable String node,
			@Nullable Predicate<NameEntry> value, long limit) {
		this.name = name;
		this.prefix = prefix;
		this.owner = owner;
		this.node = node;
		this.value = value;
		this.limit = limit;
	}

	/**
	 * All names.
	 * @return the query
	 */
	public static NameQuery all() {
		return ALL;
	}

	/**
	 * One name.
	 * @param name the name
	 * @return the query
	 */
	public static NameQuery name(String name) {
		return new NameQuery(name, null, null, null, null, Long.MAX_VALUE);
	}

	/**
	 * Names that start with a string.
	 * @param prefix the string
	 * @return the query
	 */
	public static NameQuery prefix(String prefix) {
		return new NameQuery(null, prefix, null, null, null, Long.MAX_VALUE);
	}

	/**
	 * Only names of a process.
	 * @param processId the id of the process
	 * @return a new query
	 */
	public NameQuery owner(String processId) {
		return new NameQuery(this.name, this.prefix, processId, this.node, this.value, this.limit);
	}

	/**
	 * Only names whose owner is on a node.
	 * @param node the node name
	 * @return a new query
	 */
	public NameQuery node(String node) {
		return new NameQuery(this.name, this.prefix, this.owner, node, this.value, this.limit);
	}

	/**
	 * Only names whose value meets a condition. A value that is not of the type doesn't.
	 * @param <V> the type of the value
	 * @param type the type of the value
	 * @param condition the condition
	 * @return a new query
	 */
	public <V> NameQuery value(Class<V> type, Predicate<? super @Nullable V> condition) {
		Predicate<NameEntry> test = (entry) -> {
			V value;
			try {
				value = entry.value(type);
			}
			catch (io.horde.HordeException ex) {
				return false;
			}
			return condition.test(value);
		};
		return new NameQuery(this.name, this.prefix, this.owner, this.node,
				(this.value != null) ? this.value.and(test) : test, this.limit);
	}

	/**
	 * At most some names.
	 * @param limit how many
	 * @return a new query
	 */
	public NameQuery limit(long limit) {
		return new NameQuery(this.name, this.prefix, this.owner, this.node, this.value, limit);
	}

	/**
	 * Return the only name that can match.
	 * @return the name, or {@code null} if there may be several
	 */
	public @Nullable String exactName() {
		return this.name;
	}

	/**
	 * Return how many names are wanted at most.
	 * @return the limit
	 */
	public long limit() {
		return this.limit;
	}

	/**
	 * Tell whether a name is meant, whatever the limit.
	 * @param entry the entry of the name
	 * @return whether all conditions hold
	 */
	public boolean matches(NameEntry entry) {
		return (this.name == null || this.name.equals(entry.name()))
				&& (this.prefix == null || entry.name().startsWith(this.prefix))
				&& (this.owner == null || this.owner.equals(entry.owner().processId()))
				&& (this.node == null || this.node.equals(entry.node()))
				&& (this.value == null || this.value.test(entry));
	}

}
