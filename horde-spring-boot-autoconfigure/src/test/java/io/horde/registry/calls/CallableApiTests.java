package io.horde.registry.calls;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.horde.registry.OneWay;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link CallableApi}.
 */
public class CallableApiTests {

	@Test
	void findsMethodsByNameAndNumberOfParameters() {
		CallableApi api = CallableApi.of(Overloaded.class);
		assertThat(api.method("put", 1)).isNotNull();
		assertThat(api.method("put", 2)).isNotNull();
		assertThat(api.method("put", 3)).isNull();
	}

	@Test
	void defaultMethodsAreCallableAndStaticOnesAreNot() {
		CallableApi api = CallableApi.of(Overloaded.class);
		assertThat(api.method("all", 0)).isNotNull();
		assertThat(api.method("none", 0)).isNull();
	}

	@Test
	void inheritedMethodsAreCallable() {
		assertThat(CallableApi.of(Child.class).method("put", 1)).isNotNull();
	}

	@Test
	void theMoreSpecificReturnTypeCounts() {
		ApiMethod method = CallableApi.of(Child.class).method("all", 0);
		assertThat(method).isNotNull();
		assertThat(method.resultType().getTypeName()).isEqualTo("java.util.List<java.lang.String>");
	}

	@Test
	void theResultOfAFutureIsItsArgument() {
		ApiMethod method = CallableApi.of(Overloaded.class).method("later", 0);
		assertThat(method).isNotNull();
		assertThat(method.asynchronous()).isTrue();
		assertThat(method.resultType().getTypeName()).isEqualTo("java.util.List<java.lang.String>");
	}

	@Test
	void refusesTwoOverloadsWithOneArityAndNamesThem() {
		assertThatIllegalArgumentException().isThrownBy(() -> CallableApi.of(Ambiguous.class))
			.withMessageContaining("'put' with 1 parameters");
	}

	@Test
	void refusesAClass() {
		assertThatIllegalArgumentException().isThrownBy(() -> CallableApi.of(String.class))
			.withMessageContaining("no interface");
	}

	@Test
	void refusesAnInterfaceThatIsNotPublic() {
		assertThatIllegalArgumentException().isThrownBy(() -> CallableApi.of(Hidden.class))
			.withMessageContaining("make it public");
	}

	@Test
	void refusesAOneWayMethodThatReturnsSomething() {
		assertThatIllegalArgumentException().isThrownBy(() -> CallableApi.of(WrongOneWay.class))
			.withMessageContaining("make it void");
	}

	public interface Overloaded {

		static void none() {
		}

		void put(String value);

		void put(String key, String value);

		default Iterable<String> all() {
			return List.of();
		}

		CompletableFuture<List<String>> later();

	}

	public interface Child extends Overloaded {

		@Override
		List<String> all();

	}

	public interface Ambiguous {

		void put(String value);

		void put(int value);

	}

	public interface WrongOneWay {

		@OneWay
		int put();

	}

	interface Hidden {

	}

}
