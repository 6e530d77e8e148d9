package io.horde.registry;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.horde.process.ProcessContext;

/**
 * A process to call.
 */
public final class Counter implements CounterApi {

	/** All counters' runs of {@link #add(int)}, to see that none ran twice. */
	static final List<Integer> added = java.util.Collections.synchronizedList(new ArrayList<>());

	final ProcessContext context;

	private int count;

	/** Completes what {@link #later()} returns. */
	CompletableFuture<String> pending = new CompletableFuture<>();

	Counter(ProcessContext context) {
		this.context = context;
	}

	@Override
	public CompletableFuture<Integer> add(int number) {
		added.add(number);
		this.count += number;
		return CompletableFuture.completedFuture(this.count);
	}

	@Override
	public CompletableFuture<String> later() {
		return this.pending;
	}

	@Override
	public void bump() {
		this.count++;
	}

	@Override
	public CompletableFuture<List<Item>> echo(List<Item> items) {
		return CompletableFuture.completedFuture(items);
	}

	@Override
	public CompletableFuture<Void> fail(String message) throws CounterException {
		throw new CounterException(message);
	}

	@Override
	public CompletableFuture<Void> failUndeclared(String message) {
		throw new OddException(message);
	}

	@Override
	public CompletableFuture<String> large(int size) {
		return CompletableFuture.completedFuture("x".repeat(size));
	}

	@Override
	public CompletableFuture<CounterApi.Odd> unencodable() {
		return CompletableFuture.completedFuture(new CounterApi.Odd(List.of("text")));
	}

	static class OddException extends RuntimeException {

		OddException(String message) {
			super(message);
		}

	}

}
