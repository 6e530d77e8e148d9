package io.horde.registry;

import java.util.function.Predicate;

import io.horde.HordeException;
import org.jspecify.annotations.Nullable;

/**
 * Which names are meant. Immutable; all conditions must hold.
 * <p>
 * What a query says can be asked too, by {@link #exactName()}, {@link #limit()} and
 * {@link #matches(NameEntry)}: for who implements {@link HordeRegistry} himself, to stand
 * in for it in a test, say.
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
	 * Only names that a process holds; those of nodes don't match.
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
	 * Called again, both conditions must hold.
	 * @param <V> the type of the value
	 * @param type the type of the value, decoded anew for each entry that is looked at
	 * @param condition the condition, called on the thread that asks, and on the process
	 * executor if the query is watched
	 * @return a new query
	 */
	public <V> NameQuery value(Class<V> type, Predicate<? super @Nullable V> condition) {
		Predicate<NameEntry> test = (entry) -> {
			V value;
			try {
				value = entry.value(type);
			}
			catch (HordeException ex) {
				return false;
			}
			return condition.test(value);
		};
		return new NameQuery(this.name, this.prefix, this.owner, this.node,
				(this.value != null) ? this.value.and(test) : test, this.limit);
	}

	/**
	 * At most some names. Which ones they are is not promised.
	 * @param limit how many, 0 for none
	 * @return a new query
	 * @throws IllegalArgumentException if it is negative
	 */
	public NameQuery limit(long limit) {
		if (limit < 0) {
			throw new IllegalArgumentException("A limit of " + limit + " names");
		}
		return new NameQuery(this.name, this.prefix, this.owner, this.node, this.value, limit);
	}

	/**
	 * Return the only name that can match, so that it can be looked up.
	 * @return the name, or {@code null} if there may be several
	 */
	public @Nullable String exactName() {
		return this.name;
	}

	/**
	 * Return how many names are wanted at most.
	 * @return the limit; {@link Long#MAX_VALUE} if there is none
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
