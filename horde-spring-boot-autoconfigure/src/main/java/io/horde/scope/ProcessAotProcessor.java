package io.horde.scope;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.stream.Stream;

import io.horde.payload.codec.DeclaredTypes;
import io.horde.process.StateHandoff;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.generate.GenerationContext;
import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ExecutableMode;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotContribution;
import org.springframework.beans.factory.aot.BeanFactoryInitializationAotProcessor;
import org.springframework.beans.factory.aot.BeanFactoryInitializationCode;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.ResolvableType;
import org.springframework.util.ReflectionUtils;

/**
 * Tells a native image what processes need: the expression of their argument, the proxies
 * of their interfaces, and what travels between nodes. A gateway that calls processes it
 * doesn't have registers their interfaces itself.
 */
class ProcessAotProcessor implements BeanFactoryInitializationAotProcessor {

	@Override
	public @Nullable BeanFactoryInitializationAotContribution processAheadOfTime(
			ConfigurableListableBeanFactory beanFactory) {
		List<ProcessDefinition> definitions = Arrays.stream(beanFactory.getBeanDefinitionNames())
			.map((name) -> ProcessDefinition.read(beanFactory, name))
			.filter(Objects::nonNull)
			.toList();
		return definitions.isEmpty() ? null : new Contribution(definitions);
	}

	private record Contribution(
			List<ProcessDefinition> definitions) implements BeanFactoryInitializationAotContribution {

		private static final BindingReflectionHintsRegistrar binding = new BindingReflectionHintsRegistrar();

		@Override
		public void applyTo(GenerationContext generationContext, BeanFactoryInitializationCode code) {
			RuntimeHints hints = generationContext.getRuntimeHints();
			Method argument = ReflectionUtils.findMethod(BoundProcess.class, "argument");
			if (argument != null) {
				hints.reflection().registerMethod(argument, ExecutableMode.INVOKE);
			}
			for (ProcessDefinition definition : this.definitions) {
				Set<Type> travelling = new LinkedHashSet<>();
				if (definition.argument() != null) {
					travelling.add(definition.argument().type());
				}
				Type state = DeclaredTypes.argument(definition.beanClass(), StateHandoff.class);
				if (state != null) {
					travelling.add(state);
				}
				for (Class<?> api : definition.api()) {
					hints.proxies().registerJdkProxy(api);
					DeclaredTypes types = new DeclaredTypes(api);
					for (Method method : api.getMethods()) {
						hints.reflection().registerMethod(method, ExecutableMode.INVOKE);
						travelling.add(types.resolve(method.getGenericReturnType()));
						Stream.of(method.getGenericParameterTypes()).map(types::resolve).forEach(travelling::add);
					}
				}
				binding.registerReflectionHints(hints.reflection(), data(travelling));
			}
		}

		private static Type[] data(Set<Type> types) {
			return types.stream().flatMap(Contribution::unwrapped).toArray(Type[]::new);
		}

		/*
		 * Futures are not data, but what they bring is.
		 */
		private static Stream<Type> unwrapped(Type type) {
			ResolvableType resolvable = ResolvableType.forType(type);
			Class<?> raw = resolvable.resolve();
			if (raw == null || raw == void.class) {
				return Stream.empty();
			}
			boolean future = Future.class.isAssignableFrom(raw) || CompletionStage.class.isAssignableFrom(raw);
			return (!future) ? Stream.of(type) : Arrays.stream(resolvable.getGenerics()).map(ResolvableType::getType);
		}

	}

}
