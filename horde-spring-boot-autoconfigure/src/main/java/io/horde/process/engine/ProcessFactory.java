package io.horde.process.engine;

import java.util.Collection;
import java.util.List;

import io.horde.schedule.engine.Schedule;
import org.jspecify.annotations.Nullable;

/**
 * Creates and destroys processes.
 */
public interface ProcessFactory {

	/**
	 * Return the types that this node can run.
	 * @return the types, sorted by name
	 */
	Collection<ProcessType> types();

	/**
	 * Return a type.
	 * @param name its name
	 * @return the type, or {@code null} if this node can't run it
	 */
	@Nullable ProcessType type(String name);

	/**
	 * Return the names of the types that a class defines.
	 * @return the names, sorted: none, one, or several if it has several definitions
	 */
	default List<String> typesOf(Class<?> processClass) {
		return List.of();
	}

	/**
	 * Create a process: construct and initialise it, and let it take its state over.
	 * Called on the process executor with the process bound.
	 * @param creation what to create
	 * @throws Exception if it can't be created; nothing is left of it then
	 */
	Object create(ProcessCreation creation) throws Exception;

	/**
	 * Return the schedules of a process. Called once, on the loop, when it is opened.
	 * @param process a process that has a bean
	 * @return the schedules, none by default
	 */
	default List<? extends Schedule> schedules(LocalProcess process) {
		return List.of();
	}

	/**
	 * Return what is to run only while a process is owner. Called on the loop, when the
	 * process is opened.
	 * @param process a process that has a bean
	 * @return its lifecycle, {@code null} by default
	 */
	default @Nullable OwnedLifecycle lifecycle(LocalProcess process) {
		return null;
	}

	/**
	 * Destroy a process. Called on the process executor with the process bound, once per
	 * successful creation.
	 * @param creation what was created
	 */
	void destroy(ProcessCreation creation, Object instance);

}
