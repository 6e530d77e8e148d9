package io.horde.scope;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import java.util.stream.Stream;

import io.horde.process.MissedTicks;
import io.horde.process.ProcessDefinitionException;
import org.jspecify.annotations.Nullable;

import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.Schedules;
import org.springframework.scheduling.config.ScheduledTask;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;
import org.springframework.util.StringValueResolver;

/**
 * The {@link Scheduled} methods of a process type. They are read once for each class that
 * its beans have: usually one, which is known at the start of the application.
 */
final class ScheduledMethods {

	private final String beanName;

	private final MissedTicks missedTicks;

	private final StringValueResolver resolver;

	private final Map<Class<?>, List<ScheduledMethod>> methods = new ConcurrentHashMap<>();

	/**
	 * Read the methods of a process type.
	 * @param definition the definition
	 * @param missedTicks what becomes of cron ticks that are missed
	 * @param resolver resolves placeholders and expressions
	 * @throws ProcessDefinitionException if one of them can't tick
	 */
	ScheduledMethods(ProcessDefinition definition, MissedTicks missedTicks, StringValueResolver resolver) {
		this.beanName = definition.name();
		this.missedTicks = missedTicks;
		this.resolver = resolver;
		of(definition.beanClass());
	}

	/**
	 * Bind the methods to a process.
	 * @param bean the process, which may be a proxy
	 * @return its schedules
	 * @throws ProcessDefinitionException if one of them can't tick
	 */
	List<ScheduledTick> bind(Object bean, TickObserver observer) {
		List<ScheduledTick> ticks = new ArrayList<>();
		for (ScheduledMethod method : of(ClassUtils.getUserClass(AopProxyUtils.ultimateTargetClass(bean)))) {
			try {
				ticks.add(method.bind(bean, observer, this.missedTicks));
			}
			catch (IllegalStateException ex) {
				throw refusal("the @Scheduled method " + method + ", which its proxy does not have: " + ex.getMessage(),
						"Make the method package-private or public, and if the proxy knows interfaces only, put it into"
								+ " one of them.");
			}
		}
		return ticks;
	}

	/**
	 * Return Spring's tasks of those methods by which processes of this node tick.
	 */
	Stream<ScheduledTask> tasks() {
		return this.methods.values()
			.stream()
			.flatMap(List::stream)
			.map(ScheduledMethod::shown)
			.filter(Objects::nonNull);
	}

	private List<ScheduledMethod> of(Class<?> beanClass) {
		List<ScheduledMethod> methods = this.methods.get(beanClass);
		return (methods != null) ? methods : this.methods.computeIfAbsent(beanClass, this::read);
	}

	private List<ScheduledMethod> read(Class<?> beanClass) {
		Map<Method, Set<Scheduled>> annotated = new TreeMap<>(Comparator.comparing(Method::toString));
		annotated.putAll(MethodIntrospector.selectMethods(beanClass, ScheduledMethods::annotations));
		List<ScheduledMethod> methods = new ArrayList<>();
		Map<String, Integer> numbers = new HashMap<>();
		annotated.forEach((method, annotations) -> {
			check(method);
			for (Scheduled annotation : annotations) {
				int number = numbers.merge(method.getName(), 1, Integer::sum);
				ScheduledMethod scheduled = read(method, annotation, number);
				if (scheduled != null) {
					methods.add(scheduled);
				}
			}
		});
		return List.copyOf(methods);
	}

	private static @Nullable Set<Scheduled> annotations(Method method) {
		Set<Scheduled> annotations = AnnotatedElementUtils.getMergedRepeatableAnnotations(method, Scheduled.class,
				Schedules.class);
		return annotations.isEmpty() ? null : annotations;
	}

	private @Nullable ScheduledMethod read(Method method, Scheduled annotation, int number) {
		if (!annotation.scheduler().isEmpty()) {
			throw refusal(
					"@Scheduled(scheduler = \"" + annotation.scheduler() + "\") on method " + method.getName()
							+ ", but its ticks run where all its code runs, on the executor of Horde",
					"Take the attribute away, or put the method into an ordinary bean that calls the process through"
							+ " HordeRegistry.proxy.");
		}
		try {
			return ScheduledMethod.read(method, annotation, number, this.resolver);
		}
		catch (RuntimeException ex) {
			throw refusal("@Scheduled on method " + method.getName() + ", which can't be read: " + reason(ex),
					"Give exactly one of cron, fixedDelay and fixedRate, or an initialDelay alone for one tick; an"
							+ " interval has to be above zero, and a cron expression has six fields.");
		}
	}

	private void check(Method method) {
		Class<?>[] parameters = method.getParameterTypes();
		if (parameters.length > 0) {
			if (parameters[parameters.length - 1].getName().equals("kotlin.coroutines.Continuation")) {
				throw refusal("the @Scheduled method " + method.getName() + ", which suspends",
						"Let it return a CompletionStage, or use runBlocking.");
			}
			throw refusal("the @Scheduled method " + method.getName() + ", which has parameters",
					"Take them away, since nobody could give them: inject what it needs into the constructor.");
		}
		if (isReactive(method.getReturnType())) {
			throw refusal(
					"the @Scheduled method " + method.getName() + ", which returns the reactive type "
							+ method.getReturnType().getSimpleName(),
					"Subscribe within the method, and return a CompletionStage (as Mono.toFuture() does) or wait for"
							+ " the end: a tick lasts until then.");
		}
	}

	private static boolean isReactive(Class<?> type) {
		if (CompletionStage.class.isAssignableFrom(type)) {
			return false;
		}
		ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(type);
		return adapter != null || Flow.Publisher.class.isAssignableFrom(type)
				|| ClassUtils.getAllInterfacesForClassAsSet(type)
					.stream()
					.anyMatch((implemented) -> implemented.getName().equals("org.reactivestreams.Publisher"));
	}

	private ProcessDefinitionException refusal(String what, String remedy) {
		return new ProcessDefinitionException(this.beanName, "has " + what, remedy);
	}

	/* Without the part in which Spring names a method: it was shown another one. */
	private static String reason(RuntimeException failure) {
		String message = String.valueOf(failure.getMessage());
		int named = message.indexOf("': ");
		String reason = (message.startsWith("Encountered invalid @Scheduled method") && named > 0)
				? message.substring(named + 3) : message;
		return StringUtils.trimTrailingCharacter(reason, '.');
	}

}
