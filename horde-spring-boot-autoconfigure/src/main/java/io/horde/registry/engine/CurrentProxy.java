package io.horde.registry.engine;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.util.function.Function;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * A proxy that can be had before there is a registry, and that follows when there is
 * another one.
 */
final class CurrentProxy implements InvocationHandler {

	private final String description;

	private final Supplier<Registry> registry;

	private final Function<Registry, InvocationHandler> factory;

	private volatile @Nullable Target target;

	CurrentProxy(String description, Supplier<Registry> registry, Function<Registry, InvocationHandler> factory) {
		this.description = description;
		this.registry = registry;
		this.factory = factory;
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args) throws Throwable {
		if (method.getDeclaringClass() == Object.class) {
			return switch (method.getName()) {
				case "equals" -> args != null && proxy == args[0];
				case "hashCode" -> System.identityHashCode(proxy);
				default -> this.description;
			};
		}
		return calls(this.registry.get()).invoke(proxy, method, args);
	}

	/**
	 * Return what makes calls by a registry, which refuses interfaces that it can't call.
	 */
	InvocationHandler calls(Registry registry) {
		Target target = this.target;
		if (target == null || target.registry() != registry) {
			target = new Target(registry, this.factory.apply(registry));
			this.target = target;
		}
		return target.calls();
	}

	private record Target(Registry registry, InvocationHandler calls) {
	}

}
