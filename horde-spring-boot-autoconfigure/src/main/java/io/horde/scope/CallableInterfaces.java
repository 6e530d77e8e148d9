package io.horde.scope;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.horde.process.ProcessDefinitionException;

import org.springframework.util.ClassUtils;

/**
 * The interfaces of a process that can be called by name.
 */
final class CallableInterfaces {

	private static final List<String> FOREIGN = List.of("java.", "javax.", "jakarta.", "kotlin.", "groovy.",
			"org.springframework.", "io.horde.cluster.", "io.horde.distribution.", "io.horde.process.",
			"io.horde.registry.", "io.horde.supervisor.", "io.horde.payload.", "io.horde.time.", "io.horde.transport.",
			"io.horde.wire.");

	private CallableInterfaces() {
	}

	/**
	 * Compute the callable interfaces of a process.
	 * @param beanName the bean name
	 * @param beanClass the class of the bean
	 * @param narrowed the interfaces that the annotation names
	 * @return the interfaces, sorted by name
	 */
	static List<Class<?>> of(String beanName, Class<?> beanClass, Class<?>[] narrowed) {
		Set<Class<?>> api = new TreeSet<>(Comparator.comparing((Class<?> type) -> type.getName()));
		if (narrowed.length > 0) {
			for (Class<?> type : narrowed) {
				checkNarrowed(beanName, beanClass, type);
				api.add(type);
			}
		}
		else {
			collect(beanClass, api);
			// Called by the interface that says what its parent's type variables are
			api.removeIf((type) -> type.getTypeParameters().length > 0
					&& api.stream().anyMatch((other) -> other != type && type.isAssignableFrom(other)));
		}
		checkOverloads(beanName, List.copyOf(api));
		return List.copyOf(api);
	}

	private static void checkNarrowed(String beanName, Class<?> beanClass, Class<?> type) {
		if (!type.isInterface() || !Modifier.isPublic(type.getModifiers())) {
			throw new ProcessDefinitionException(beanName, "names " + type.getName() + " as its api",
					"Only public interfaces can be called from other nodes.");
		}
		if (!type.isAssignableFrom(beanClass)) {
			throw new ProcessDefinitionException(beanName,
					"names " + type.getName() + " as its api, but " + beanClass.getName() + " does not implement it",
					"Implement the interface or take it out of @HordeProcess(api = …).");
		}
	}

	private static void collect(Class<?> type, Set<Class<?>> api) {
		if (type.isInterface() && Modifier.isPublic(type.getModifiers()) && isOwn(type)) {
			api.add(type);
		}
		for (Class<?> extended : type.getInterfaces()) {
			collect(extended, api);
		}
		if (type.getSuperclass() != null) {
			collect(type.getSuperclass(), api);
		}
	}

	private static boolean isOwn(Class<?> type) {
		return FOREIGN.stream().noneMatch((prefix) -> type.getName().startsWith(prefix));
	}

	private static void checkOverloads(String beanName, List<Class<?>> api) {
		List<Method> methods = api.stream()
			.flatMap((type) -> Arrays.stream(type.getMethods()))
			.filter((method) -> !method.isBridge() && !Modifier.isStatic(method.getModifiers()))
			.toList();
		for (Method first : methods) {
			for (Method second : methods) {
				if (first.getName().equals(second.getName()) && first.getParameterCount() == second.getParameterCount()
						&& !Arrays.equals(first.getParameterTypes(), second.getParameterTypes())
						&& !overrides(first, second) && !overrides(second, first)) {
					throw new ProcessDefinitionException(beanName,
							"can be called by two methods named " + first.getName() + " with "
									+ first.getParameterCount() + " parameters, "
									+ ClassUtils.getQualifiedMethodName(first) + " and "
									+ ClassUtils.getQualifiedMethodName(second),
							"Calls find their method by name and number of parameters: rename one of them, or narrow"
									+ " the callable interfaces by @HordeProcess(api = …).");
				}
			}
		}
	}

	private static boolean overrides(Method method, Method overridden) {
		return method.getDeclaringClass() != overridden.getDeclaringClass()
				&& overridden.getDeclaringClass().isAssignableFrom(method.getDeclaringClass())
				&& Arrays.stream(method.getDeclaringClass().getDeclaredMethods())
					.anyMatch((bridge) -> bridge.isBridge() && bridge.getName().equals(overridden.getName())
							&& Arrays.equals(bridge.getParameterTypes(), overridden.getParameterTypes()));
	}

}
