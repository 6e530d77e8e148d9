package io.horde.registry;

import java.time.Duration;

import io.horde.wire.NameLimits;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Names that can't be the same on every node, or are nobody's intention, are refused
 * where they come in, and nothing of them is replicated.
 */
class InvalidNamesTests {

	private final RegistryCluster cluster = new RegistryCluster(1, 2).up();

	private final HordeRegistry registry = this.cluster.node("a").registry;

	static String[] invalid() {
		return new String[] { "", "   ", "half a pair \uD83D", "\uDE00 the other half", "a\u0000b",
				"x".repeat(NameLimits.MAX_BYTES + 1) };
	}

	@ParameterizedTest
	@MethodSource("invalid")
	void isNoNameToRegister(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.registry.register(name, 1))
			.withMessageStartingWith("The name ");
		assertThatIllegalArgumentException().isThrownBy(() -> this.registry.tryRegister(name, 1));
		assertNothingIsReplicated();
	}

	@ParameterizedTest
	@MethodSource("invalid")
	void isNoNameToCall(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.registry.proxy(CounterApi.class, name))
			.withMessageStartingWith("The name ");
	}

	@ParameterizedTest
	@MethodSource("invalid")
	void isNoNameOfAGroup(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.registry.group(name))
			.withMessageStartingWith("The name of the group ");
	}

	@ParameterizedTest
	@MethodSource("invalid")
	void isNoKeyOfTheMetadata(String key) {
		assertThatIllegalArgumentException().isThrownBy(() -> this.registry.putMeta(key, 1))
			.withMessageStartingWith("The key of the metadata ");
		assertNothingIsReplicated();
		assertThat(this.registry.meta()).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("invalid")
	void isNobodysName(String name) {
		this.registry.register("half a pair ?", 1);
		assertThat(this.registry.lookup(name)).isEmpty();
		assertThat(this.registry.unregister(name)).isFalse();
		assertThat(this.registry.count(NameQuery.name(name))).isZero();
	}

	private void assertNothingIsReplicated() {
		this.cluster.run(Duration.ofMillis(50));
		assertThat(this.cluster.node("b").registry.find(NameQuery.all())).isEmpty();
		assertThat(this.cluster.node("b").registry.meta()).isEmpty();
	}

}
