package io.horde.supervisor.ownership;

import io.horde.crdt.Dot;
import io.horde.process.ProcessState;
import io.horde.supervisor.ProcessRef;
import org.jspecify.annotations.Nullable;

/**
 * What is wanted under an id.
 *
 * @param id the id of the child
 * @param spec what to run
 * @param dot the entry, or {@code null} for a static child
 * @param instance the number of the instance
 * @param of how many instances there are
 */
public record Wanted(String id, DesiredChild spec, @Nullable Dot dot, int instance, int of) {

	public boolean isStatic() {
		return this.dot == null;
	}

	/**
	 * Return the child as users see it.
	 */
	public ProcessRef ref(String node, long epoch, ProcessState state) {
		return new ProcessRef(this.id, this.spec.type(), this.spec.name(), node, epoch, state);
	}

}
