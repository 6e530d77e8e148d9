package io.horde.registry.calls;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import java.util.function.Consumer;

import io.horde.registry.CallInterceptor;
import io.horde.registry.CallInterceptor.CallInfo;
import io.horde.registry.CallInterceptor.Completion;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The interceptors of a registry, made harmless.
 */
final class Interceptors {

	private static final int MAX_HEADERS = 16;

	private static final int MAX_CHARACTERS = 4096;

	private static final Logger logger = LoggerFactory.getLogger(Interceptors.class);

	private final List<CallInterceptor> interceptors = new CopyOnWriteArrayList<>();

	void add(CallInterceptor interceptor) {
		this.interceptors.add(interceptor);
	}

	Completion calling(CallInfo call, Map<String, String> headers) {
		if (this.interceptors.isEmpty()) {
			return Completion.NONE;
		}
		Completion completion = all(call, headers, (interceptor, given) -> interceptor.calling(call, given));
		limit(headers);
		return completion;
	}

	Completion executing(CallInfo call, Map<String, String> headers) {
		return this.interceptors.isEmpty() ? Completion.NONE
				: all(call, headers, (interceptor, given) -> interceptor.executing(call, given));
	}

	private Completion all(CallInfo call, Map<String, String> headers,
			BiFunction<CallInterceptor, Map<String, String>, Completion> begin) {
		List<Completion> completions = new ArrayList<>();
		for (CallInterceptor interceptor : this.interceptors) {
			try {
				completions.add(0, begin.apply(interceptor, headers));
			}
			catch (Throwable ex) {
				logger.warn("An interceptor failed at the begin of a call of {}.{}", call.api(), call.method(), ex);
			}
		}
		return new All(call, completions);
	}

	private static void limit(Map<String, String> headers) {
		int characters = 0;
		int count = 0;
		for (Map.Entry<String, String> header : new TreeMap<>(headers).entrySet()) {
			String value = header.getValue();
			characters += header.getKey().length() + ((value != null) ? value.length() : 0);
			if (value == null || ++count > MAX_HEADERS || characters > MAX_CHARACTERS) {
				headers.remove(header.getKey());
			}
		}
	}

	/**
	 * Tells all of them, the last one first.
	 *
	 * @param call the call
	 * @param completions what they gave, in that order
	 */
	private record All(CallInfo call, List<Completion> completions) implements Completion {

		@Override
		public void returned() {
			tell(Completion::returned);
		}

		@Override
		public void completed(@Nullable Throwable failure) {
			tell((completion) -> completion.completed(failure));
		}

		private void tell(Consumer<Completion> end) {
			for (Completion completion : this.completions) {
				try {
					end.accept(completion);
				}
				catch (Throwable ex) {
					logger.warn("An interceptor failed at the end of a call of {}.{}", this.call.api(),
							this.call.method(), ex);
				}
			}
		}

	}

}
