package io.horde.registry.calls;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.nio.file.NoSuchFileException;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.horde.payload.codec.CborPayloadCodec;
import io.horde.registry.RemoteCallException;
import io.horde.registry.calls.CallMessage.Failure;
import io.horde.registry.calls.CallMessage.Kind;
import io.horde.registry.calls.CallMessage.Thrown;
import io.horde.wire.Payloads;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ThrownExceptions}: only declared exceptions and a fixed list of the
 * JDK's come back with their type, with all that they carry.
 */
class ThrownExceptionsTests {

	private static final Payloads PAYLOADS = new Payloads(new CborPayloadCodec(), 100_000);

	@Test
	void aDeclaredExceptionComesBackWithItsTypeAndTheRemoteStack() {
		Throwable restored = restore(new RoomException("full"));
		assertThat(restored).isExactlyInstanceOf(RoomException.class)
			.hasMessage("full")
			.cause()
			.isInstanceOf(RemoteCallException.class)
			.hasMessageContaining("ThrownExceptionsTests");
	}

	@Test
	void aDeclaredExceptionComesBackWithItsFields() {
		assertThat(restore(new BidTooLowException("too low", new BigDecimal("4.20"), List.of("ann", "bob"))))
			.isInstanceOfSatisfying(BidTooLowException.class, (bid) -> {
				assertThat(bid.getMinimum()).isEqualTo(new BigDecimal("4.20"));
				assertThat(bid.getBidders()).containsExactly("ann", "bob");
			})
			.hasMessage("too low")
			.hasCauseInstanceOf(RemoteCallException.class);
	}

	@Test
	void aMessageThatTheConstructorMakesComesBackToo() {
		assertThat(restore(new LimitException(7)))
			.isInstanceOfSatisfying(LimitException.class, (limit) -> assertThat(limit.getLimit()).isEqualTo(7))
			.hasMessage("at most 7")
			.hasCauseInstanceOf(RemoteCallException.class);
	}

	@Test
	void aCauseThatTheConstructorFixesIsTheRemoteStack() {
		assertThat(restore(new CodeException("odd", new IOException("disk"), 3)))
			.isInstanceOfSatisfying(CodeException.class, (code) -> assertThat(code.getCode()).isEqualTo(3))
			.hasMessage("odd")
			.hasCauseExactlyInstanceOf(RemoteCallException.class);
	}

	@Test
	void ofSeveralConstructorsTheLongestIsTakenUnlessOneIsMarked() {
		assertThat(restore(new CodeException("odd", null, 4))).isInstanceOfSatisfying(CodeException.class,
				(code) -> assertThat(code.getCode()).isEqualTo(4));
		assertThat(restore(new MarkedException(5)))
			.isInstanceOfSatisfying(MarkedException.class, (marked) -> assertThat(marked.code()).isEqualTo(5))
			.hasMessage("code 5");
	}

	@Test
	void aFieldThatASetterSetsComesBack() {
		SettableFailure thrown = new SettableFailure("odd");
		thrown.setHint("look there");
		assertThat(restore(thrown)).isInstanceOfSatisfying(SettableFailure.class,
				(settable) -> assertThat(settable.getHint()).isEqualTo("look there"));
	}

	@Test
	void aSubclassOfADeclaredExceptionComesBackAsTheDeclaredOne() {
		assertThat(restore(new RoomFullException())).isExactlyInstanceOf(RoomException.class).hasMessage("no seat");
		assertThat(restore(new HiddenBidException()))
			.isInstanceOfSatisfying(BidTooLowException.class,
					(bid) -> assertThat(bid.getMinimum()).isEqualTo(BigDecimal.TEN))
			.isExactlyInstanceOf(BidTooLowException.class);
		assertThat(restore(new FileNotFoundException("disk"))).isExactlyInstanceOf(IOException.class)
			.hasMessage("disk");
	}

	@Test
	void aCheckedExceptionWithOnlyAMessageConstructorGetsItsCauseAfterwards() {
		assertThat(restore(new IOException("disk"))).isExactlyInstanceOf(IOException.class)
			.hasMessage("disk")
			.hasCauseInstanceOf(RemoteCallException.class);
	}

	@Test
	void aCheckedExceptionOfTheJdkThatIsDeclaredKeepsItsDetails() {
		assertThat(restore(new NoSuchFileException("a.txt", "b.txt", "gone"), "read"))
			.isInstanceOfSatisfying(NoSuchFileException.class, (file) -> {
				assertThat(file.getFile()).isEqualTo("a.txt");
				assertThat(file.getOtherFile()).isEqualTo("b.txt");
				assertThat(file.getReason()).isEqualTo("gone");
			});
	}

	@Test
	void aKnownUncheckedExceptionOfTheJdkComesBackWithItsType() {
		assertThat(restore(new IllegalStateException("closed"))).isExactlyInstanceOf(IllegalStateException.class)
			.hasMessage("closed")
			.hasCauseInstanceOf(RemoteCallException.class);
	}

	@Test
	void anUncheckedExceptionOfTheJdkKeepsItsTypeWhateverIsDeclared() {
		assertThat(restore(new IllegalArgumentException("odd"), "anything"))
			.isExactlyInstanceOf(IllegalArgumentException.class);
		assertThat(restore(new UndeclaredException("odd"), "anything")).isExactlyInstanceOf(RuntimeException.class)
			.hasMessage("odd");
	}

	@Test
	void anUndeclaredExceptionBecomesARemoteCallException() {
		assertThat(restore(new UndeclaredException("odd"))).isExactlyInstanceOf(RemoteCallException.class)
			.hasMessageContaining("UndeclaredException: odd")
			.hasMessageContaining("Remote stack");
		assertThat(restore(new IOException("odd"), "read")).isExactlyInstanceOf(RemoteCallException.class);
	}

	@Test
	void anErrorBecomesARemoteCallException() {
		assertThat(restore(new StackOverflowError())).isExactlyInstanceOf(RemoteCallException.class);
	}

	@Test
	void noClassIsInstantiatedBecauseAFrameNamesIt() {
		Failure failure = new Failure(1, Kind.THREW, "boo",
				new Thrown(
						List.of("javax.script.ScriptException", "java.lang.Thread",
								"io.horde.registry.calls.ThrownExceptionsTests$UndeclaredException"),
						"", List.of(), null));
		assertThat(ThrownExceptions.restore(failure, method("join"), "here", PAYLOADS))
			.isExactlyInstanceOf(RemoteCallException.class);
	}

	@Test
	void detailsAndPropertiesThatFitNothingMakeARemoteCallException() {
		for (String type : List.of("java.time.format.DateTimeParseException", "java.util.regex.PatternSyntaxException",
				BidTooLowException.class.getName())) {
			Failure failure = new Failure(1, Kind.THREW, "boo",
					new Thrown(List.of(type), "", List.of("x", "y"), new byte[] { 1, 2, 3 }));
			assertThat(ThrownExceptions.restore(failure, method("join"), "here", PAYLOADS))
				.isExactlyInstanceOf(RemoteCallException.class);
		}
	}

	@Test
	void anExceptionWithoutAUsableConstructorBecomesARemoteCallException() {
		assertThat(restore(new StubbornException(1))).isExactlyInstanceOf(RemoteCallException.class);
	}

	@Test
	void anExceptionThatCannotDescribeItselfIsDescribedAllTheSame() {
		assertThat(restore(new SilentException())).isExactlyInstanceOf(RemoteCallException.class)
			.hasMessageContaining("SilentException")
			.hasMessageContaining("getMessage() threw java.lang.StackOverflowError")
			.hasMessageContaining("anExceptionThatCannotDescribeItself");
	}

	@Test
	void propertiesOverTheLimitMakeARemoteCallException() {
		assertThat(restore(new BidTooLowException("low", BigDecimal.ONE, List.of("x".repeat(200_000)))))
			.isExactlyInstanceOf(RemoteCallException.class)
			.hasMessageContaining("BidTooLowException: low");
	}

	@ParameterizedTest
	@ValueSource(classes = { RoomException.class, BidTooLowException.class, LimitException.class, CodeException.class,
			MarkedException.class, SettableFailure.class, IOException.class, NoSuchFileException.class,
			RuntimeException.class, Exception.class, IllegalStateException.class, NoSeatsException.class })
	void whatCanBeRebuiltHasNoProblem(Class<?> type) {
		assertThat(ThrownExceptions.problem(type, PAYLOADS)).isNull();
	}

	@Test
	void whatCannotBeRebuiltIsToldWithARemedy() {
		assertThat(problem(StubbornException.class)).contains("has no constructor that Horde can use");
		assertThat(problem(HiddenBidException.class)).contains("is not public");
		assertThat(problem(ForgetfulException.class)).contains("has a field 'hint' that does not travel");
		assertThat(problem(IdException.class)).contains("does not take its message from its constructor");
		assertThat(problem(OtherNameException.class)).contains("a parameter 'text' that nothing gives back");
		assertThat(problem(AbstractException.class)).contains("is abstract");
	}

	private static @Nullable String problem(Class<?> type) {
		return ThrownExceptions.problem(type, PAYLOADS);
	}

	private static Throwable restore(Throwable thrown) {
		return restore(thrown, "join");
	}

	private static Throwable restore(Throwable thrown, String name) {
		Failure failure = (Failure) CallMessage
			.of(ThrownExceptions.describe(1, thrown, method(name), PAYLOADS).toFrame());
		return ThrownExceptions.restore(failure, method(name), "'room' on node 'b'", PAYLOADS);
	}

	private static ApiMethod method(String name) {
		ApiMethod method = CallableApi.of(Api.class).method(name, 0);
		assertThat(method).isNotNull();
		return method;
	}

	public interface Api {

		void join() throws RoomException, IOException, StubbornException, BidTooLowException, LimitException,
				CodeException, MarkedException, SettableFailure, SilentException;

		void anything() throws RuntimeException;

		void read() throws NoSuchFileException;

	}

	public static class RoomException extends RuntimeException {

		public RoomException(String message) {
			super(message);
		}

	}

	static class RoomFullException extends RoomException {

		RoomFullException() {
			super("no seat");
		}

	}

	public static class BidTooLowException extends Exception {

		private final BigDecimal minimum;

		private final List<String> bidders;

		public BidTooLowException(String message, BigDecimal minimum, List<String> bidders) {
			super(message);
			this.minimum = minimum;
			this.bidders = bidders;
		}

		public BigDecimal getMinimum() {
			return this.minimum;
		}

		public List<String> getBidders() {
			return this.bidders;
		}

	}

	static class HiddenBidException extends BidTooLowException {

		private final int extra = 1;

		HiddenBidException() {
			super("too low", BigDecimal.TEN, List.of());
		}

		public int getExtra() {
			return this.extra;
		}

	}

	public static class LimitException extends Exception {

		private final int limit;

		public LimitException(int limit) {
			super("at most " + limit);
			this.limit = limit;
		}

		public int getLimit() {
			return this.limit;
		}

	}

	public static class CodeException extends RuntimeException {

		private final int code;

		public CodeException(int code) {
			this("code " + code, null, code);
		}

		public CodeException(String message, @Nullable Throwable cause, int code) {
			super(message, cause);
			this.code = code;
		}

		public int getCode() {
			return this.code;
		}

	}

	public static class MarkedException extends RuntimeException {

		private final int number;

		@JsonCreator
		public MarkedException(@JsonProperty("number") int number) {
			super("code " + number);
			this.number = number;
		}

		public MarkedException(String message, int number, boolean unknown) {
			super(message + unknown);
			this.number = number;
		}

		@JsonProperty("number")
		public int code() {
			return this.number;
		}

	}

	public static class SettableFailure extends RuntimeException {

		private @Nullable String hint;

		public SettableFailure(String message) {
			super(message);
		}

		public @Nullable String getHint() {
			return this.hint;
		}

		public void setHint(@Nullable String hint) {
			this.hint = hint;
		}

	}

	public static class NoSeatsException extends Exception {

		public NoSeatsException() {
			super("no seats left");
		}

	}

	public static class StubbornException extends RuntimeException {

		public StubbornException(int code) {
			super("code " + code);
		}

	}

	public static class ForgetfulException extends RuntimeException {

		private final String hint;

		public ForgetfulException(String message) {
			super(message);
			this.hint = message + "!";
		}

		@Override
		public String toString() {
			return this.hint;
		}

	}

	public static class IdException extends RuntimeException {

		public IdException(String id) {
			super("no user " + id);
		}

	}

	public static class OtherNameException extends RuntimeException {

		private final int code;

		public OtherNameException(String text, int code) {
			super(text);
			this.code = code;
		}

		public int getCode() {
			return this.code;
		}

	}

	public abstract static class AbstractException extends RuntimeException {

	}

	public static class SilentException extends RuntimeException {

		@Override
		public String getMessage() {
			throw new StackOverflowError();
		}

		@Override
		public void printStackTrace(PrintWriter writer) {
			throw new IllegalStateException("nothing to say");
		}

	}

	static class UndeclaredException extends RuntimeException {

		UndeclaredException(String message) {
			super(message);
		}

	}

}
