package io.horde.autoconfigure;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.function.Function;
import java.util.function.Supplier;

import io.horde.registry.HordeRegistry;
import org.jspecify.annotations.Nullable;

/**
 * A proxy that can be had before there is a registry, and that follows when there is
 * another one.
 *
 * @param <T> the interface
 */
final class LateProxy<T> implements InvocationHandler {

	private final Class<T> api;

	private final Supplier<HordeRegistry> current;

	private final Function<HordeRegistry, T> proxies;

	private volatile @Nullable Target<T> target;

	LateProxy(Class<T> api, Supplier<HordeRegistry> current, Function<HordeRegistry, T> proxies) {
		this.api = api;
		this.current = current;
		this.proxies = proxies;
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] args) throws Throwable {
		if (method.getDeclaringClass() == Object.class) {
			return switch (method.getName()) {
				case "equals" -> args != null && proxy == args[0];
				case "hashCode" -> System.identityHashCode(proxy);
				default -> "Proxy of " + this.api.getName();
			};
		}
		try {
			return method.invoke(target(), args);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	/**
	 * Return the proxy of the present registry, which refuses interfaces that it can't
	 * call.
	 * @return the proxy
	 */
	T target() {
		HordeRegistry registry = this.current.get();
		Target<T> target = this.target;
		if (target == null || target.registry() != registry) {
			target = new Target<>(registry, this.proxies.apply(registry));
			this.target = target;
		}
		return target.proxy();
	}

	private record Target<T>(HordeRegistry registry, T proxy) {
	}

}
