package io.horde.registry.names;

import io.horde.crdt.Dot;
import org.jspecify.annotations.Nullable;

/**
 * A run of a process that takes the name of its child (N12).
 *
 * @param value the encoded value, if no other run of the child had one
 * @param served the desired entry that it serves, or {@code null} for a static child
 * @param begins whether the value of other runs does not count, because this is the first
 * one of the child, or knows the value of the last one
 */
public record NamedRun(byte @Nullable [] value, @Nullable Dot served, boolean begins) {

	NamedRun(byte @Nullable [] value, @Nullable Dot served) {
		this(value, served, true);
	}

	NamedRun with(byte @Nullable [] value) {
		return new NamedRun(value, this.served, this.begins);
	}

}
