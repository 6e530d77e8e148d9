package io.horde.node;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Settings that differ from others in some components.
 */
public final class Changed {

	private Changed() {
	}

	/**
	 * Change components of a record.
	 * @param record the record
	 * @param changes names of components, each followed by its value
	 * @return another record
	 */
	public static <R extends Record> R of(R record, Object... changes) {
		Map<Object, Object> left = new HashMap<>();
		for (int i = 0; i < changes.length; i += 2) {
			left.put(changes[i], changes[i + 1]);
		}
		try {
			RecordComponent[] components = record.getClass().getRecordComponents();
			Object[] values = new Object[components.length];
			for (int i = 0; i < values.length; i++) {
				Object change = left.remove(components[i].getName());
				values[i] = (change != null) ? change : components[i].getAccessor().invoke(record);
			}
			if (!left.isEmpty()) {
				throw new IllegalStateException(record.getClass() + " has no " + left.keySet());
			}
			@SuppressWarnings("unchecked")
			Constructor<R> constructor = (Constructor<R>) record.getClass()
				.getDeclaredConstructor(
						Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
			return constructor.newInstance(values);
		}
		catch (InvocationTargetException ex) {
			throw (ex.getCause() instanceof RuntimeException cause) ? cause : new IllegalStateException(ex);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
