package io.horde.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import net.bytebuddy.ByteBuddy;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.dynamic.ClassFileLocator;
import net.bytebuddy.dynamic.DynamicType;
import net.bytebuddy.dynamic.loading.ClassReloadingStrategy;
import net.bytebuddy.implementation.bytecode.assign.Assigner;
import net.bytebuddy.matcher.ElementMatchers;

/**
 * A rule that production code does not keep for a while: some of its methods are replaced
 * in the running JVM. Production code knows nothing of it. All threads see the
 * replacement, so there can be one at a time.
 */
public final class TakenAway implements AutoCloseable {

	private static final Map<String, Replacement> replacements = new ConcurrentHashMap<>();

	private static final ClassReloadingStrategy reloading = reloading();

	private final List<Class<?>> types;

	private TakenAway(List<Class<?>> types) {
		this.types = types;
	}

	/**
	 * Replace methods until {@link #close()}.
	 */
	public static TakenAway with(Replacement... wanted) {
		if (!replacements.isEmpty()) {
			throw new IllegalStateException("Another rule is taken away: " + replacements.keySet());
		}
		Map<Class<?>, List<Replacement>> byType = Arrays.stream(wanted)
			.collect(Collectors.groupingBy(Replacement::type));
		for (Replacement replacement : wanted) {
			replacements.put(replacement.key(), replacement);
		}
		TakenAway taken = new TakenAway(List.copyOf(byType.keySet()));
		try {
			byType.forEach(TakenAway::weave);
		}
		catch (RuntimeException | Error ex) {
			taken.close();
			throw ex;
		}
		return taken;
	}

	@Override
	public void close() {
		replacements.clear();
		for (Class<?> type : this.types) {
			try {
				reloading.reset(ClassFileLocator.ForClassLoader.of(type.getClassLoader()), type);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	}

	private static void weave(Class<?> type, List<Replacement> wanted) {
		DynamicType.Builder<?> builder = new ByteBuddy().decorate(type);
		for (Replacement replacement : wanted) {
			builder = builder.visit(Advice.to(Woven.class).on(ElementMatchers.named(replacement.method())));
		}
		builder.make().load(type.getClassLoader(), reloading);
	}

	private static ClassReloadingStrategy reloading() {
		ByteBuddyAgent.install();
		return ClassReloadingStrategy.fromInstalledAgent(ClassReloadingStrategy.Strategy.RETRANSFORMATION);
	}

	/**
	 * Called by woven methods when they begin.
	 */
	public static Object[] before(String key, Object self, Object[] arguments) {
		Replacement replacement = replacements.get(key);
		if (replacement == null || replacement.before() == null) {
			return null;
		}
		Object result = replacement.before().run(self, arguments);
		return (result != Replacement.OWN_BODY) ? new Object[] { result } : null;
	}

	/**
	 * Called by woven methods when they return.
	 */
	public static Object after(String key, Object self, Object[] arguments, Object[] before, Object result) {
		Replacement replacement = replacements.get(key);
		if (before != null) {
			return before[0];
		}
		return (replacement == null || replacement.after() == null) ? result
				: replacement.after().run(self, arguments, result);
	}

	/*
	 * Its bytecode is copied into the replaced methods.
	 */
	static final class Woven {

		private Woven() {
		}

		@Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
		static Object[] enter(@Advice.Origin("#t.#m") String key, @Advice.This(optional = true) Object self,
				@Advice.AllArguments Object[] arguments) {
			return TakenAway.before(key, self, arguments);
		}

		@Advice.OnMethodExit
		static void exit(@Advice.Origin("#t.#m") String key, @Advice.This(optional = true) Object self,
				@Advice.AllArguments Object[] arguments, @Advice.Enter Object[] before,
				@Advice.Return(readOnly = false, typing = Assigner.Typing.DYNAMIC) Object result) {
			result = TakenAway.after(key, self, arguments, before, result);
		}

	}

}
