package io.horde.replication;

import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

import io.horde.crdt.Change;
import io.horde.crdt.Delta;
import io.horde.crdt.DotContext;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import org.jspecify.annotations.Nullable;

/**
 * The rules that a replicator keeps: all of them, except in tests of the tests.
 */
final class Rules {

	static final Rules ALL = new Rules(EnumSet.noneOf(Rule.class),
			(locks) -> locks ? new ReentrantLock() : new NoLock());

	private final Set<Rule> broken;

	private final Function<Boolean, Lock> locks;

	private Rules(Set<Rule> broken, Function<Boolean, Lock> locks) {
		this.broken = broken;
		this.locks = locks;
	}

	static Rules without(@Nullable Rule rule) {
		return (rule != null) ? new Rules(EnumSet.of(rule), ALL.locks) : ALL;
	}

	/**
	 * Return the same rules with other locks.
	 * @param locks makes a lock; one that does not lock if asked with {@code false}
	 * @return the rules
	 */
	Rules with(Function<Boolean, Lock> locks) {
		return new Rules(this.broken, locks);
	}

	boolean broken(Rule rule) {
		return this.broken.contains(rule);
	}

	/**
	 * Tell whether a delta takes sequence numbers (R1).
	 * @param mutations the changes
	 * @return whether it does
	 */
	boolean numbered(List<Mutation> mutations) {
		return !broken(Rule.R1) || mutations.stream().anyMatch((mutation) -> mutation.after() != null);
	}

	/**
	 * Return what is to be merged of a delta (R2).
	 * @param delta the delta
	 * @param context what was seen
	 * @return the delta, all of it if the rule is kept
	 */
	Delta seen(Delta delta, DotContext context) {
		if (!broken(Rule.R2_SINGLES)) {
			return delta;
		}
		List<Change> changes = delta.changes()
			.stream()
			.map((change) -> new Change(change.map(), change.key(), change.value(),
					change.removed().stream().filter(context::knows).toList()))
			.toList();
		return new Delta(delta.origin(), delta.first(), delta.stamp(), changes);
	}

	/**
	 * Return the order of concurrent values (R4).
	 * @param <V> type of the values
	 * @param order the map's order
	 * @param self this replica
	 * @return that order, if the rule is kept
	 */
	<V> Comparator<? super Versioned<V>> order(Comparator<? super Versioned<V>> order, ReplicaId self) {
		if (!broken(Rule.R4)) {
			return order;
		}
		return Comparator.comparing((Versioned<V> version) -> version.origin().equals(self));
	}

	/**
	 * Return the lock of N5.
	 * @return a lock, which does not lock if the rule is broken
	 */
	Lock lock() {
		return this.locks.apply(!broken(Rule.N5));
	}

	private static final class NoLock extends ReentrantLock {

		private static final long serialVersionUID = 1L;

		@Override
		public void lock() {
		}

		@Override
		public void unlock() {
		}

	}

}
