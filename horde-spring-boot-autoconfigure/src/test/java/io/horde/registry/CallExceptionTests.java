package io.horde.registry;

import java.math.BigDecimal;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import io.horde.payload.PayloadException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Tests that calls end in the same way on the same node and on another one, whatever goes
 * wrong in users' code: with an answer, and without harm to the process.
 */
@Timeout(60)
class CallExceptionTests {

	private final ThreadedCluster cluster = new ThreadedCluster(2,
			(node) -> node.factory.register("auction", (context) -> new Auction(), AuctionApi.class));

	@BeforeEach
	void start() {
		this.cluster.start(0, "here", "auction", "here");
		this.cluster.start(1, "there", "auction", "there");
		// The first values of a class are read back by whoever writes them, later ones
		// seldom
		for (int i = 0; i < 9; i++) {
			for (String name : List.of("here", "there")) {
				proxy(name).take(Fragile.of("fine"));
				assertThat(proxy(name).result("fine").getText()).isEqualTo("fine");
			}
		}
	}

	@AfterEach
	void stop() {
		this.cluster.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "here", "there" })
	void aDeclaredExceptionHasItsFieldsAndTheStackOfTheProcess(String name) {
		assertThatExceptionOfType(BidTooLowException.class).isThrownBy(() -> proxy(name).bid(1))
			.withMessage("too low")
			.satisfies((ex) -> assertThat(ex.getMinimum()).isEqualTo(BigDecimal.TEN))
			.havingCause()
			.isInstanceOf(RemoteCallException.class)
			.withMessageContaining("Auction.bid")
			.withMessageContaining("'" + name + "' on node");
	}

	@ParameterizedTest
	@ValueSource(strings = { "here", "there" })
	void anExceptionOfAFutureHasItsFieldsToo(String name) {
		assertThatExceptionOfType(ExecutionException.class)
			.isThrownBy(() -> proxy(name).bidLater(1).get(20, TimeUnit.SECONDS))
			.havingCause()
			.isInstanceOfSatisfying(BidTooLowException.class,
					(ex) -> assertThat(ex.getMinimum()).isEqualTo(BigDecimal.TEN));
	}

	@ParameterizedTest
	@ValueSource(strings = { "here", "there" })
	void exceptionsAreOfTheSameClassOnBothWays(String name) {
		AuctionApi proxy = proxy(name);
		assertThatThrownBy(() -> proxy.fail("hidden subclass")).isExactlyInstanceOf(BidTooLowException.class);
		assertThatThrownBy(() -> proxy.fail("jdk")).isExactlyInstanceOf(IllegalArgumentException.class)
			.hasMessage("odd");
		assertThatThrownBy(() -> proxy.fail("details")).isInstanceOfSatisfying(DateTimeParseException.class,
				(ex) -> assertThat(ex.getParsedString()).isEqualTo("13-13"));
		assertThatThrownBy(() -> proxy.fail("undeclared")).isExactlyInstanceOf(RemoteCallException.class)
			.hasMessageContaining("OwnException: mine")
			.hasNoCause();
		assertThatThrownBy(() -> proxy.fail("error")).isExactlyInstanceOf(RemoteCallException.class)
			.hasMessageContaining("NoClassDefFoundError");
		assertThatThrownBy(() -> proxy.fail("horde")).isExactlyInstanceOf(RemoteCallException.class)
			.hasMessageContaining("CallTimeoutException");
	}

	@ParameterizedTest
	@ValueSource(strings = { "here", "there" })
	void whateverFailsIsAnsweredAndTheProcessLivesOn(String name) {
		AuctionApi proxy = proxy(name);
		int before = proxy.count();
		assertThatThrownBy(() -> proxy.fail("no message")).isExactlyInstanceOf(RemoteCallException.class)
			.hasMessageContaining("getMessage() threw java.lang.IllegalStateException");
		assertThatThrownBy(() -> proxy.result("error")).isExactlyInstanceOf(RemoteCallException.class)
			.hasMessageContaining("it ran, but its result can't be sent")
			.hasMessageContaining("NoClassDefFoundError");
		assertThatThrownBy(() -> proxy.result("deep")).isExactlyInstanceOf(RemoteCallException.class)
			.hasMessageContaining("it ran, but its result can't be sent");
		assertThatThrownBy(() -> proxy.resultLater("error").get(20, TimeUnit.SECONDS))
			.hasCauseExactlyInstanceOf(RemoteCallException.class)
			.hasMessageContaining("it ran, but its result can't be sent");
		assertThatThrownBy(() -> proxy.take(Fragile.of("break the setter")))
			.isExactlyInstanceOf(RemoteCallException.class)
			.hasMessageContaining("the arguments don't fit AuctionApi.take")
			.hasMessageContaining("NoClassDefFoundError");
		assertThat(proxy.count()).isEqualTo(before + 1);
	}

	@ParameterizedTest
	@ValueSource(strings = { "here", "there" })
	void whatTheCallerCannotReadOrWriteIsToldToTheCaller(String name) {
		AuctionApi proxy = proxy(name);
		assertThatThrownBy(() -> proxy.result("break the setter")).isExactlyInstanceOf(PayloadException.class)
			.hasMessageContaining("ran, but its result can't be read here")
			.hasMessageContaining("NoClassDefFoundError");
		assertThatThrownBy(() -> proxy.resultLater("break the setter").get(20, TimeUnit.SECONDS))
			.hasCauseExactlyInstanceOf(PayloadException.class);
		assertThatThrownBy(() -> proxy.take(Fragile.of("error"))).isExactlyInstanceOf(PayloadException.class)
			.hasMessageContaining("can't be sent");
	}

	@ParameterizedTest
	@ValueSource(strings = { "here", "there" })
	void anInterceptorThatThrowsAnErrorDoesNotMatter(String name) {
		CallInterceptor broken = new CallInterceptor() {

			@Override
			public Completion calling(CallInfo call, Map<String, String> headers) {
				throw new NoClassDefFoundError("calling");
			}

			@Override
			public Completion executing(CallInfo call, Map<String, String> headers) {
				return new Completion() {

					@Override
					public void returned() {
						throw new NoClassDefFoundError("returned");
					}

					@Override
					public void completed(Throwable failure) {
						throw new NoClassDefFoundError("completed");
					}

				};
			}

		};
		this.cluster.node(0).engine.addCallInterceptor(broken);
		this.cluster.node(1).engine.addCallInterceptor(broken);
		assertThat(proxy(name).count()).isOne();
		assertThat(proxy(name).count()).isEqualTo(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "here", "there" })
	void interceptorsAreToldOfTheEndWhenTheFutureEnds(String name) throws Exception {
		List<String> seen = new CopyOnWriteArrayList<>();
		CallInterceptor interceptor = new CallInterceptor() {

			@Override
			public Completion calling(CallInfo call, Map<String, String> headers) {
				return (failure) -> seen.add("called " + failure);
			}

			@Override
			public Completion executing(CallInfo call, Map<String, String> headers) {
				Thread thread = Thread.currentThread();
				return new Completion() {

					@Override
					public void returned() {
						assertThat(Thread.currentThread()).isSameAs(thread);
						seen.add("returned");
					}

					@Override
					public void completed(Throwable failure) {
						seen.add("ran " + failure);
					}

				};
			}

		};
		this.cluster.node(0).engine.addCallInterceptor(interceptor);
		this.cluster.node(1).engine.addCallInterceptor(interceptor);
		Auction.gate = new CompletableFuture<>();
		CompletableFuture<String> future = proxy(name).later();
		Awaitility.await().until(() -> seen.contains("returned"));
		assertThat(seen).containsExactly("returned");
		Auction.gate.completeExceptionally(new IllegalStateException("late"));
		assertThatThrownBy(() -> future.get(20, TimeUnit.SECONDS))
			.hasCauseExactlyInstanceOf(IllegalStateException.class);
		assertThat(seen).containsExactly("returned", "ran java.lang.IllegalStateException: late",
				"called java.lang.IllegalStateException: late");
	}

	@Test
	void nothingOfAnExceptionIsShared() {
		BidTooLowException thrown = null;
		try {
			proxy("here").bid(1);
		}
		catch (BidTooLowException ex) {
			thrown = ex;
		}
		assertThat(thrown).isNotNull().isNotSameAs(Auction.last);
		assertThat(thrown.getStackTrace()).anyMatch((frame) -> frame.getClassName().equals(getClass().getName()));
	}

	private AuctionApi proxy(String name) {
		return this.cluster.node(0).registry.proxy(AuctionApi.class, name);
	}

	public interface AuctionApi {

		int bid(int amount) throws BidTooLowException;

		CompletableFuture<Integer> bidLater(int amount) throws BidTooLowException;

		void fail(String how) throws BidTooLowException;

		Fragile result(String how);

		CompletableFuture<Fragile> resultLater(String how);

		void take(Fragile argument);

		int count();

		CompletableFuture<String> later();

	}

	static class Auction implements AuctionApi {

		static volatile CompletableFuture<String> gate = new CompletableFuture<>();

		static volatile Throwable last = new Throwable();

		private int count;

		@Override
		public int bid(int amount) throws BidTooLowException {
			BidTooLowException thrown = new BidTooLowException("too low", BigDecimal.TEN);
			last = thrown;
			throw thrown;
		}

		@Override
		public CompletableFuture<Integer> bidLater(int amount) {
			return CompletableFuture.supplyAsync(() -> {
				throw new CompletionException(new HiddenException());
			});
		}

		@Override
		public void fail(String how) throws BidTooLowException {
			switch (how) {
				case "hidden subclass" -> throw new HiddenException();
				case "jdk" -> throw new IllegalArgumentException("odd");
				case "details" -> throw new DateTimeParseException("bad", "13-13", 0);
				case "undeclared" -> throw new OwnException("mine");
				case "error" -> throw new NoClassDefFoundError("x/Y");
				case "horde" -> throw new CallTimeoutException("inner", true);
				case "no message" -> throw new SilentException();
				default -> throw new AssertionError(how);
			}
		}

		@Override
		public Fragile result(String how) {
			return Fragile.of(how);
		}

		@Override
		public CompletableFuture<Fragile> resultLater(String how) {
			return CompletableFuture.supplyAsync(() -> Fragile.of(how));
		}

		@Override
		public void take(Fragile argument) {
		}

		@Override
		public int count() {
			return ++this.count;
		}

		@Override
		public CompletableFuture<String> later() {
			return gate;
		}

	}

	public static class Fragile {

		private String text = "";

		static Fragile of(String text) {
			Fragile fragile = new Fragile();
			fragile.text = text;
			return fragile;
		}

		public String getText() {
			if (this.text.equals("error")) {
				throw new NoClassDefFoundError("x/Y");
			}
			return this.text;
		}

		public void setText(String text) {
			if (text.equals("break the setter")) {
				throw new NoClassDefFoundError("x/Z");
			}
			this.text = text;
		}

		public Fragile getDeep() {
			return this.text.equals("deep") ? this : null;
		}

		public void setDeep(Fragile deep) {
		}

	}

	public static class BidTooLowException extends Exception {

		private final BigDecimal minimum;

		public BidTooLowException(String message, BigDecimal minimum) {
			super(message);
			this.minimum = minimum;
		}

		public BigDecimal getMinimum() {
			return this.minimum;
		}

	}

	static class HiddenException extends BidTooLowException {

		HiddenException() {
			super("hidden", BigDecimal.TEN);
		}

	}

	static class OwnException extends RuntimeException {

		OwnException(String message) {
			super(message);
		}

	}

	static class SilentException extends RuntimeException {

		@Override
		public String getMessage() {
			throw new IllegalStateException("no");
		}

	}

}
