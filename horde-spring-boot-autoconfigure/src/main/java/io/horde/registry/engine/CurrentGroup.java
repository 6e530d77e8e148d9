package io.horde.registry.engine;

import java.util.stream.Stream;

import io.horde.registry.Group;
import io.horde.registry.NameEntry;
import org.jspecify.annotations.Nullable;

/**
 * A group of the node that runs at present.
 *
 * @param registry the registry, whose owner joins
 * @param name the name of the group
 */
record CurrentGroup(CurrentRegistry registry, String name) implements Group {

	@Override
	public void join(@Nullable Object value) {
		this.registry.owned().join(this.name, value);
	}

	@Override
	public boolean leave() {
		return this.registry.owned().leave(this.name);
	}

	@Override
	public Stream<NameEntry> members() {
		return this.registry.current().groups.entries(this.name).stream();
	}

	@Override
	public Stream<NameEntry> localMembers() {
		String node = this.registry.current().node();
		return members().filter((entry) -> entry.node().equals(node));
	}

	@Override
	public <T> T proxy(Class<T> api) {
		return this.registry.proxy(api, "the group '" + this.name + "'", (current) -> current.calls.proxies()
			.byGroup(api, this.name, current.settings.callTimeout(), () -> current.groups.members(this.name)));
	}

}
