package io.horde.payload.codec;

import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * Types as a class or interface means them: with the type variables of its supertypes
 * bound. A wildcard becomes its bound, since that is what is carried.
 */
public final class DeclaredTypes {

	private final Map<TypeVariable<?>, Type> bound = new HashMap<>();

	/**
	 * Creates the types of a class or interface.
	 */
	public DeclaredTypes(Class<?> context) {
		collect(context);
	}

	private void collect(Class<?> type) {
		Stream.concat(Stream.ofNullable(type.getGenericSuperclass()), Arrays.stream(type.getGenericInterfaces()))
			.forEach((supertype) -> {
				if (supertype instanceof ParameterizedType parameterized) {
					Class<?> raw = (Class<?>) parameterized.getRawType();
					for (int i = 0; i < raw.getTypeParameters().length; i++) {
						this.bound.put(raw.getTypeParameters()[i], parameterized.getActualTypeArguments()[i]);
					}
					collect(raw);
				}
				else if (supertype instanceof Class<?> raw) {
					collect(raw);
				}
			});
	}

	/**
	 * Bind the type variables of a type.
	 * @param type a type that a method of the class or of a supertype declares
	 * @return the type; what nothing binds remains
	 */
	public Type resolve(Type type) {
		if (type instanceof TypeVariable<?> variable) {
			Type value = this.bound.get(variable);
			return (value != null) ? resolve(value) : variable;
		}
		if (type instanceof WildcardType wildcard) {
			Type[] lower = wildcard.getLowerBounds();
			return resolve((lower.length > 0) ? lower[0] : wildcard.getUpperBounds()[0]);
		}
		if (type instanceof ParameterizedType parameterized) {
			List<Type> arguments = Arrays.stream(parameterized.getActualTypeArguments()).map(this::resolve).toList();
			return new Parameterized((Class<?>) parameterized.getRawType(), arguments, parameterized.getOwnerType());
		}
		if (type instanceof GenericArrayType array) {
			Type component = resolve(array.getGenericComponentType());
			return (component instanceof Class<?> element) ? Array.newInstance(element, 0).getClass()
					: new GenericArray(component);
		}
		return type;
	}

	/**
	 * Return what a class says that the only type variable of a supertype is.
	 * @param type the class
	 * @param generic the supertype
	 * @return the type, or {@code null} if the class has no such supertype
	 */
	public static @Nullable Type argument(Class<?> type, Class<?> generic) {
		return generic.isAssignableFrom(type) ? new DeclaredTypes(type).resolve(generic.getTypeParameters()[0]) : null;
	}

	/**
	 * Find what nothing binds in a type.
	 * @return a type variable: the type itself, or one of its arguments, at any depth, or
	 * {@code null} if there is none
	 */
	public static @Nullable Type unbound(Type type) {
		if (type instanceof TypeVariable) {
			return type;
		}
		List<Type> parts = List.of();
		if (type instanceof ParameterizedType parameterized) {
			parts = List.of(parameterized.getActualTypeArguments());
		}
		else if (type instanceof GenericArrayType array) {
			parts = List.of(array.getGenericComponentType());
		}
		return parts.stream().map(DeclaredTypes::unbound).filter(Objects::nonNull).findFirst().orElse(null);
	}

	/**
	 * Return the class of a type.
	 * @param type a resolved type
	 */
	public static Class<?> raw(Type type) {
		if (type instanceof Class<?> raw) {
			return raw;
		}
		if (type instanceof ParameterizedType parameterized) {
			return (Class<?>) parameterized.getRawType();
		}
		if (type instanceof GenericArrayType array) {
			return Array.newInstance(raw(array.getGenericComponentType()), 0).getClass();
		}
		return Object.class;
	}

	private record Parameterized(Class<?> raw, List<Type> arguments,
			@Nullable Type owner) implements ParameterizedType {

		@Override
		public Type[] getActualTypeArguments() {
			return this.arguments.toArray(new Type[0]);
		}

		@Override
		public Type getRawType() {
			return this.raw;
		}

		@Override
		public @Nullable Type getOwnerType() {
			return this.owner;
		}

		@Override
		public String getTypeName() {
			return this.raw.getName()
					+ this.arguments.stream().map(Type::getTypeName).collect(Collectors.joining(", ", "<", ">"));
		}

		@Override
		public String toString() {
			return getTypeName();
		}

	}

	private record GenericArray(Type component) implements GenericArrayType {

		@Override
		public Type getGenericComponentType() {
			return this.component;
		}

		@Override
		public String getTypeName() {
			return this.component.getTypeName() + "[]";
		}

		@Override
		public String toString() {
			return getTypeName();
		}

	}

}
