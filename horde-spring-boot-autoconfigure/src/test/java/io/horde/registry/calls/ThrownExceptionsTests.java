package io.horde.registry.calls;

import java.io.IOException;
import java.util.List;

import io.horde.registry.RemoteCallException;
import io.horde.registry.calls.CallMessage.Failure;
import io.horde.registry.calls.CallMessage.Kind;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ThrownExceptions}: only declared exceptions and a fixed list of the
 * JDK's come back with their type.
 */
class ThrownExceptionsTests {

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
	void aSubclassOfADeclaredExceptionComesBackAsTheDeclaredOne() {
		assertThat(restore(new RoomFullException())).isExactlyInstanceOf(RoomException.class).hasMessage("no seat");
	}

	@Test
	void aCheckedExceptionWithOnlyAMessageConstructorGetsItsCauseAfterwards() {
		assertThat(restore(new IOException("disk"))).isExactlyInstanceOf(IOException.class)
			.hasMessage("disk")
			.hasCauseInstanceOf(RemoteCallException.class);
	}

	@Test
	void aKnownUncheckedExceptionOfTheJdkComesBackWithItsType() {
		assertThat(restore(new IllegalStateException("closed"))).isExactlyInstanceOf(IllegalStateException.class)
			.hasMessage("closed")
			.hasCauseInstanceOf(RemoteCallException.class);
	}

	@Test
	void anUndeclaredExceptionBecomesARemoteCallException() {
		assertThat(restore(new UndeclaredException("odd"))).isExactlyInstanceOf(RemoteCallException.class)
			.hasMessageContaining("UndeclaredException: odd")
			.hasMessageContaining("Remote stack");
	}

	@Test
	void anErrorBecomesARemoteCallException() {
		assertThat(restore(new StackOverflowError())).isExactlyInstanceOf(RemoteCallException.class);
	}

	@Test
	void noClassIsInstantiatedBecauseAFrameNamesIt() {
		Failure failure = new Failure(1, Kind.THREW, List.of("javax.script.ScriptException", "java.lang.Thread",
				"io.horde.registry.calls.ThrownExceptionsTests$UndeclaredException"), "boo", "");
		assertThat(ThrownExceptions.restore(failure, method(), "here")).isExactlyInstanceOf(RemoteCallException.class);
	}

	@Test
	void anExceptionWithoutAUsableConstructorBecomesARemoteCallException() {
		assertThat(restore(new StubbornException(1))).isExactlyInstanceOf(RemoteCallException.class);
	}

	private static Throwable restore(Throwable thrown) {
		Failure failure = (Failure) CallMessage.of(ThrownExceptions.describe(1, thrown).toFrame());
		return ThrownExceptions.restore(failure, method(), "'room' on node 'b'");
	}

	private static ApiMethod method() {
		ApiMethod method = CallableApi.of(Api.class).method("join", 0);
		assertThat(method).isNotNull();
		return method;
	}

	public interface Api {

		void join() throws RoomException, IOException, StubbornException;

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

	public static class StubbornException extends RuntimeException {

		public StubbornException(int code) {
			super("code " + code);
		}

	}

	static class UndeclaredException extends RuntimeException {

		UndeclaredException(String message) {
			super(message);
		}

	}

}
