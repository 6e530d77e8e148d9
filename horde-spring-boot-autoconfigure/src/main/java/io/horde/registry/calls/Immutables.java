package io.horde.registry.calls;

import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.HashSet;
import java.util.Set;

/**
 * Tells which types need no copy when a value goes to a process on the same node.
 */
final class Immutables {

	/*
	 * The rule, as users are told: values of a declared type that is immutable itself are
	 * passed as they are; all others are encoded and decoded, as if the process were on
	 * another node. Immutable are primitives and their boxes, String, enums, the final
	 * classes of java.time, UUID, and records whose components are all immutable. The
	 * declared type decides, not the value: else a call would behave differently when the
	 * process moves.
	 */

	private static final Set<Class<?>> KNOWN = Set.of(String.class, Boolean.class, Byte.class, Short.class,
			Character.class, Integer.class, Long.class, Float.class, Double.class, java.util.UUID.class);

	private Immutables() {
	}

	static boolean isImmutable(Class<?> type) {
		return isImmutable(type, new HashSet<>());
	}

	private static boolean isImmutable(Class<?> type, Set<Class<?>> open) {
		if (type.isPrimitive() || type.isEnum() || KNOWN.contains(type)
				|| ("java.time".equals(type.getPackageName()) && Modifier.isFinal(type.getModifiers()))) {
			return true;
		}
		if (!type.isRecord()) {
			return false;
		}
		if (open.add(type)) {
			for (RecordComponent component : type.getRecordComponents()) {
				if (!isImmutable(component.getType(), open)) {
					return false;
				}
			}
		}
		return true;
	}

}
