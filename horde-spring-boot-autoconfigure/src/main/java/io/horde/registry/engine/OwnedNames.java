package io.horde.registry.engine;

import java.util.function.UnaryOperator;

import io.horde.process.engine.LocalProcess;
import io.horde.registry.NameEntry;
import io.horde.registry.NameQuery;
import io.horde.registry.NotOwnerException;
import io.horde.registry.names.RegistrationTable.Held;
import io.horde.wire.NameLimits;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names and memberships of one owner, who takes some and gives some up.
 *
 * @param registry the registry of this node
 * @param owner the process, or {@code null} for the node
 */
record OwnedNames(Registry registry, @Nullable LocalProcess owner) {

	private static final Logger logger = LoggerFactory.getLogger(OwnedNames.class);

	/**
	 * Take a name.
	 * @return {@code null} if it is taken now, else who has it
	 */
	@Nullable NameEntry take(String name, @Nullable Object value) {
		warnIfUnbound(NameLimits.check("name", name));
		return this.registry.names.register(this.owner, name, encode(name, value));
	}

	boolean remove(String name) {
		if (this.registry.names.remove(this.owner, name)) {
			return true;
		}
		if (this.registry.holder(name) != null) {
			throw notOwner(name);
		}
		return false;
	}

	int remove(NameQuery query) {
		int removed = 0;
		for (String name : this.registry.names.keysOf(this.owner)) {
			NameEntry entry = this.registry.holder(name);
			if (removed < query.limit() && entry != null && query.matches(entry)
					&& this.registry.names.remove(this.owner, name)) {
				removed++;
			}
		}
		return removed;
	}

	@SuppressWarnings("NullAway") // the value may be null, and then the function gets it
	<V> V update(String name, Class<V> type, UnaryOperator<V> update) {
		Held held = this.registry.names.held(name);
		if (held == null || held.owner() != this.owner) {
			throw notOwner(name);
		}
		byte[] before = held.registration().value().value();
		V value = update.apply((before != null) ? this.registry.payloads.decode(before, type) : null);
		if (!this.registry.names.update(this.owner, name, this.registry.payloads.encode(value, type, what(name)))) {
			throw notOwner(name);
		}
		return value;
	}

	void join(String group, @Nullable Object value) {
		warnIfUnbound(group);
		this.registry.join(group, this.owner, value);
	}

	boolean leave(String group) {
		return this.registry.groups.leave(group, this.owner, this.registry.node());
	}

	private byte[] encode(String name, @Nullable Object value) {
		return this.registry.payloads.encode(value, what(name));
	}

	private static String what(String name) {
		return "the value of the name '" + name + "'";
	}

	private NotOwnerException notOwner(String name) {
		NameEntry holder = this.registry.holder(name);
		String asker = (this.owner != null) ? "Process '" + this.owner.id() + "'"
				: "Node '" + this.registry.node() + "'";
		return new NotOwnerException(asker + " does not own the name '" + name + "'; "
				+ ((holder != null) ? "it belongs to " + holder : "nobody does"));
	}

	private void warnIfUnbound(String name) {
		if (this.owner == null && this.registry.warnUnbound()) {
			logger.warn(
					"'{}' is registered for node '{}' itself, since no process is bound to this thread. If a"
							+ " process should own it, use registry.ownedBy(context). This is said once.",
					name, this.registry.node());
		}
	}

}
