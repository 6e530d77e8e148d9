package io.horde.scope;

import io.horde.process.ProcessArgument;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanDefinitionHolder;
import org.springframework.beans.factory.config.DependencyDescriptor;
import org.springframework.beans.factory.support.AutowireCandidateResolver;

/**
 * Injects the argument of a process as it was decoded. By its expression alone it would
 * pass the conversion service, which converts arrays and collections element by element,
 * and to which an application may have added anything. All else is up to the resolver
 * that was there before.
 */
final class ProcessArgumentResolver implements AutowireCandidateResolver {

	private final ProcessScope scope;

	private final AutowireCandidateResolver delegate;

	ProcessArgumentResolver(ProcessScope scope, AutowireCandidateResolver delegate) {
		this.scope = scope;
		this.delegate = delegate;
	}

	/**
	 * Asked before any other way to resolve a dependency.
	 * @return {@code null} to go on: also for an argument that is absent
	 */
	@Override
	public @Nullable Object getLazyResolutionProxyIfNecessary(DependencyDescriptor descriptor,
			@Nullable String beanName) {
		BoundProcess process = this.scope.bound();
		if (process != null && process.beanName().equals(beanName)
				&& descriptor.getAnnotation(ProcessArgument.class) != null) {
			Object argument = process.argument();
			if (argument != null) {
				return argument;
			}
		}
		return this.delegate.getLazyResolutionProxyIfNecessary(descriptor, beanName);
	}

	@Override
	public @Nullable Class<?> getLazyResolutionProxyClass(DependencyDescriptor descriptor, @Nullable String beanName) {
		return this.delegate.getLazyResolutionProxyClass(descriptor, beanName);
	}

	@Override
	public boolean isAutowireCandidate(BeanDefinitionHolder holder, DependencyDescriptor descriptor) {
		return this.delegate.isAutowireCandidate(holder, descriptor);
	}

	@Override
	public boolean isRequired(DependencyDescriptor descriptor) {
		return this.delegate.isRequired(descriptor);
	}

	@Override
	public boolean hasQualifier(DependencyDescriptor descriptor) {
		return this.delegate.hasQualifier(descriptor);
	}

	@Override
	public @Nullable String getSuggestedName(DependencyDescriptor descriptor) {
		return this.delegate.getSuggestedName(descriptor);
	}

	@Override
	public @Nullable Object getSuggestedValue(DependencyDescriptor descriptor) {
		return this.delegate.getSuggestedValue(descriptor);
	}

	@Override
	public AutowireCandidateResolver cloneIfNecessary() {
		return new ProcessArgumentResolver(this.scope, this.delegate.cloneIfNecessary());
	}

}
