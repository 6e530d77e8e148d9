package io.horde.cluster.quorum;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

import io.horde.crdt.ReplicaId;
import io.horde.time.clock.Moment;
import org.jspecify.annotations.Nullable;

import org.springframework.objenesis.SpringObjenesis;
import org.springframework.objenesis.instantiator.ObjectInstantiator;

/**
 * Copies the state machine of a node field by field, for the models, which try every way
 * in which it can go on. Production code copies none.
 */
final class CoreCopy {

	/*
	 * Two copies share only what never changes. A field of any other type than those that
	 * are named here is refused, so that none is shared by mistake.
	 */

	private static final Set<Class<?>> CHANGING = Set.of(Voter.class, Claimant.class, Contact.class, HeldKey.class,
			Electorate.class, Acceptor.class, SeatWatch.class, ElectionAttempt.class);

	/** Sets are replaced and never changed. */
	private static final Set<Class<?>> SHARED = Set.of(String.class, Long.class, Set.class, Moment.class,
			ReplicaId.class, Ballot.class, SeatConfiguration.class, QuorumSettings.class);

	private static final Map<Class<?>, CoreCopy> copies = new ConcurrentHashMap<>();

	private final ObjectInstantiator<?> instantiator;

	private final Part[] parts;

	private CoreCopy(Class<?> type) {
		this.instantiator = new SpringObjenesis().getInstantiatorOf(type);
		List<Part> parts = new ArrayList<>();
		for (Field field : type.getDeclaredFields()) {
			if (!Modifier.isStatic(field.getModifiers())) {
				field.setAccessible(true);
				parts.add(part(field));
			}
		}
		this.parts = parts.toArray(Part[]::new);
	}

	/**
	 * Copy a state machine.
	 * @param listener what the copy tells
	 */
	static QuorumCore of(QuorumCore core, QuorumListener listener) {
		return (QuorumCore) of(QuorumCore.class).copy(core, listener, null);
	}

	private static CoreCopy of(Class<?> type) {
		CoreCopy copy = copies.get(type);
		if (copy == null) {
			copy = new CoreCopy(type);
			copies.put(type, copy);
		}
		return copy;
	}

	private Object copy(Object original, QuorumListener listener, @Nullable Object host) {
		Object copy = this.instantiator.newInstance();
		try {
			for (Part part : this.parts) {
				part.copy(original, copy, listener, (host != null) ? host : copy);
			}
		}
		catch (IllegalAccessException ex) {
			throw new IllegalStateException(ex);
		}
		return copy;
	}

	private static Part part(Field field) {
		Class<?> type = field.getType();
		if (type == long.class) {
			return (original, copy, listener, host) -> field.setLong(copy, field.getLong(original));
		}
		if (type == int.class) {
			return (original, copy, listener, host) -> field.setInt(copy, field.getInt(original));
		}
		if (type == boolean.class) {
			return (original, copy, listener, host) -> field.setBoolean(copy, field.getBoolean(original));
		}
		if (type == QuorumListener.class) {
			return (original, copy, listener, host) -> field.set(copy, listener);
		}
		if (type == Electorate.Host.class) {
			return (original, copy, listener, host) -> field.set(copy, host);
		}
		if (SHARED.contains(type)) {
			return (original, copy, listener, host) -> field.set(copy, field.get(original));
		}
		if (CHANGING.contains(type)) {
			CoreCopy copies = of(type);
			return (original, copy, listener, host) -> {
				Object value = field.get(original);
				field.set(copy, (value != null) ? copies.copy(value, listener, host) : null);
			};
		}
		if (type == SortedSet.class) {
			return (original, copy, listener, host) -> field.set(copy,
					new TreeSet<>((SortedSet<?>) field.get(original)));
		}
		if (type == SortedMap.class) {
			return map(field);
		}
		throw new IllegalStateException("It is not known how to copy " + field);
	}

	private static Part map(Field field) {
		Type type = ((ParameterizedType) field.getGenericType()).getActualTypeArguments()[1];
		CoreCopy copies = CHANGING.contains(type) ? of((Class<?>) type) : null;
		if (copies == null && !SHARED.contains(type) && !(type instanceof Class<?> value && value.isRecord())) {
			throw new IllegalStateException("It is not known how to copy " + field);
		}
		return (original, copy, listener, host) -> {
			SortedMap<?, Object> map = new TreeMap<>((SortedMap<?, ?>) field.get(original));
			if (copies != null) {
				map.replaceAll((key, value) -> copies.copy(value, listener, host));
			}
			field.set(copy, map);
		};
	}

	private interface Part {

		void copy(Object original, Object copy, QuorumListener listener, Object host) throws IllegalAccessException;

	}

}
