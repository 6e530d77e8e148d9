package io.horde.scope;

import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import io.horde.process.ProcessArgument;
import io.horde.process.ProcessDefinitionException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;

/**
 * The parameter that receives the argument of a process.
 *
 * @param type the declared type, to which bytes are decoded
 * @param required whether a child must have an argument
 */
record ArgumentParameter(Type type, boolean required) {

	/**
	 * Find the parameter of a process.
	 * @param beanName the bean name
	 * @param beanClass the class of the bean
	 * @param factoryMethod the {@code @Bean} method, if there is one
	 * @return the parameter, or {@code null} if the process takes no argument
	 */
	static @Nullable ArgumentParameter find(String beanName, Class<?> beanClass, @Nullable Method factoryMethod) {
		List<MethodParameter> parameters = new ArrayList<>();
		for (Executable executable : injected(beanClass, factoryMethod)) {
			parameters.addAll(annotated(executable));
		}
		if (parameters.isEmpty()) {
			return null;
		}
		if (parameters.size() > 1) {
			throw new ProcessDefinitionException(beanName, "has " + parameters.size() + " @ProcessArgument parameters",
					"A child has one argument: make it a record, and mark the constructor that Spring is to call"
							+ " with @Autowired if there are several.");
		}
		MethodParameter parameter = parameters.get(0);
		boolean required = !parameter.isOptional();
		ResolvableType declared = ResolvableType.forMethodParameter(parameter.withContainingClass(beanClass));
		if (declared.resolve() == Optional.class) {
			declared = declared.getGeneric();
		}
		if (declared.resolve() == null || declared.hasUnresolvableGenerics()) {
			throw new ProcessDefinitionException(beanName,
					"has a @ProcessArgument of type " + declared + ", whose type arguments are unknown",
					"Declare the parameter with all type arguments: bytes are decoded to the declared type.");
		}
		return new ArgumentParameter(GenericTypeResolver.resolveType(declared.getType(), beanClass), required);
	}

	/**
	 * Tell whether a constructor or method has such a parameter.
	 * @param executable the constructor or method
	 * @return {@code true} if it has
	 */
	static boolean isPresent(Executable executable) {
		return !annotated(executable).isEmpty();
	}

	private static List<MethodParameter> annotated(Executable executable) {
		List<MethodParameter> parameters = new ArrayList<>();
		for (int i = 0; i < executable.getParameterCount(); i++) {
			MethodParameter parameter = MethodParameter.forExecutable(executable, i);
			if (parameter.hasParameterAnnotation(ProcessArgument.class)) {
				parameters.add(parameter);
			}
		}
		return parameters;
	}

	private static List<Executable> injected(Class<?> beanClass, @Nullable Method factoryMethod) {
		List<Executable> executables = new ArrayList<>();
		if (factoryMethod != null) {
			executables.add(factoryMethod);
		}
		else {
			List<Constructor<?>> constructors = Arrays.asList(beanClass.getDeclaredConstructors());
			List<Constructor<?>> marked = constructors.stream()
				.filter((constructor) -> AnnotatedElementUtils.isAnnotated(constructor, Autowired.class))
				.toList();
			executables.addAll(marked.isEmpty() ? constructors : marked);
		}
		executables.addAll(MethodIntrospector.selectMethods(beanClass,
				(Method method) -> AnnotatedElementUtils.isAnnotated(method, Autowired.class)));
		return executables;
	}

}
