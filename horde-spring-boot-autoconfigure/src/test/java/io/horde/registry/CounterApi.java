package io.horde.registry;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What can be called of a {@link Counter}.
 */
public interface CounterApi {

	CompletableFuture<Integer> add(int number);

	CompletableFuture<String> later();

	@OneWay
	void bump();

	CompletableFuture<List<Item>> echo(List<Item> items);

	CompletableFuture<Void> fail(String message) throws CounterException;

	CompletableFuture<Void> failUndeclared(String message);

	CompletableFuture<String> large(int size);

	CompletableFuture<Odd> unencodable();

	default CompletableFuture<Integer> twice(int number) {
		return add(2 * number);
	}

	record Odd(List<String> texts) {

		@Override
		public List<String> texts() {
			throw new IllegalStateException("odd");
		}

	}

	record Item(String name, int amount) {

	}

	class CounterException extends Exception {

		public CounterException(String message) {
			super(message);
		}

	}

}
