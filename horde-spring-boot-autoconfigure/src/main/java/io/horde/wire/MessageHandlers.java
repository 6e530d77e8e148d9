package io.horde.wire;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;

/**
 * Hands each message of a family to what handles its kind.
 *
 * @param <M> the family, a sealed type
 * @param <C> type of what the handlers are told besides, such as the sender
 */
public final class MessageHandlers<M, C> {

	private final Map<Class<?>, BiConsumer<C, M>> handlers = new HashMap<>();

	/**
	 * Say what handles a kind of message.
	 */
	public <T extends M> MessageHandlers<M, C> on(Class<T> kind, BiConsumer<C, T> handler) {
		this.handlers.put(kind, (context, message) -> handler.accept(context, kind.cast(message)));
		return this;
	}

	/**
	 * Refuse to go on unless each kind has a handler.
	 */
	public MessageHandlers<M, C> forAll(Class<?> family) {
		Class<?> @Nullable [] kinds = family.getPermittedSubclasses();
		if (kinds != null) {
			Arrays.stream(kinds).forEach(this::forAll);
		}
		else if (!this.handlers.containsKey(family)) {
			throw new IllegalStateException("Nothing handles " + family);
		}
		return this;
	}

	public void handle(C context, M message) {
		BiConsumer<C, M> handler = this.handlers.get(message.getClass());
		if (handler == null) {
			throw new IllegalArgumentException("Nothing handles " + message.getClass());
		}
		handler.accept(context, message);
	}

}
