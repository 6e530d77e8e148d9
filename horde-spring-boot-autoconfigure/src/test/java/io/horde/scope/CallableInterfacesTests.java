package io.horde.scope;

import java.io.Serializable;
import java.util.concurrent.Callable;

import io.horde.process.NameConflict;
import io.horde.process.NameConflictAware;
import io.horde.process.ProcessDefinitionException;
import io.horde.process.StateHandoff;
import org.junit.jupiter.api.Test;

import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of which interfaces of a process can be called.
 */
class CallableInterfacesTests {

	@Test
	void interfacesOfTheUserAreCallable() {
		assertThat(api(Everything.class)).containsExactly(FirstApi.class, SecondApi.class);
	}

	@Test
	void interfacesOfBaseClassesAndInterfacesAreCallable() {
		assertThat(api(Derived.class)).containsExactly(ExtendedApi.class, FirstApi.class, SecondApi.class);
	}

	@Test
	void beanTypeThatIsAnInterfaceIsCallable() {
		assertThat(api(ExtendedApi.class)).containsExactly(ExtendedApi.class, FirstApi.class);
	}

	@Test
	void interfaceThatIsNotPublicIsNotCallable() {
		assertThat(api(Hidden.class)).isEmpty();
	}

	@Test
	void annotationNarrowsTheInterfaces() {
		assertThat(CallableInterfaces.of("type", Everything.class, new Class<?>[] { SecondApi.class }))
			.containsExactly(SecondApi.class);
	}

	@Test
	void narrowedInterfaceMustBeImplemented() {
		assertThatExceptionOfType(ProcessDefinitionException.class)
			.isThrownBy(() -> CallableInterfaces.of("type", Hidden.class, new Class<?>[] { SecondApi.class }))
			.withMessageContaining("does not implement");
	}

	@Test
	void narrowedInterfaceMustBePublic() {
		assertThatExceptionOfType(ProcessDefinitionException.class)
			.isThrownBy(() -> CallableInterfaces.of("type", Hidden.class, new Class<?>[] { HiddenApi.class }))
			.withMessageContaining("Only public interfaces");
	}

	@Test
	void twoMethodsOfOneNameAndArityAreRefused() {
		assertThatExceptionOfType(ProcessDefinitionException.class).isThrownBy(() -> api(Overloaded.class))
			.withMessageContaining("two methods named put with 1 parameters")
			.withMessageContaining("@HordeProcess(api = …)");
	}

	@Test
	void twoInterfacesWithTheSameMethodAreNoConflict() {
		assertThat(api(Same.class)).containsExactly(FirstApi.class, SameApi.class);
	}

	@Test
	void methodsOfOneNameInTwoInterfacesAreRefusedIfTheirParametersDiffer() {
		assertThatExceptionOfType(ProcessDefinitionException.class).isThrownBy(() -> api(Contradicting.class))
			.withMessageContaining("two methods named first");
	}

	@Test
	void overloadsOfDifferentArityAreFine() {
		assertThat(api(Arities.class)).containsExactly(AritiesApi.class);
	}

	@Test
	void genericMethodThatASubinterfaceOverridesIsNoOverload() {
		assertThat(api(Typed.class)).containsExactly(TypedApi.class);
	}

	private static java.util.List<Class<?>> api(Class<?> type) {
		return CallableInterfaces.of("type", type, new Class<?>[0]);
	}

	public interface FirstApi {

		int first(String text);

	}

	public interface SecondApi {

		void second();

	}

	public interface ExtendedApi extends FirstApi {

		void third();

	}

	interface HiddenApi {

		void hidden();

	}

	public interface OverloadedApi {

		void put(String text);

		void put(Integer number);

	}

	public interface SameApi {

		int first(String text);

	}

	public interface ContradictingApi {

		int first(Integer number);

	}

	public interface AritiesApi {

		void put(String text);

		void put(String text, int number);

		static void put(int number) {
		}

	}

	public interface GenericApi<T> {

		void put(T value);

	}

	public interface TypedApi extends GenericApi<String> {

		@Override
		void put(String value);

	}

	abstract static class Everything implements FirstApi, SecondApi, Serializable, Runnable, Callable<String>,
			AutoCloseable, EnvironmentAware, StateHandoff<String>, NameConflictAware {

		private static final long serialVersionUID = 1L;

		@Override
		public void setEnvironment(Environment environment) {
		}

		@Override
		public void onNameConflict(NameConflict conflict) {
		}

	}

	abstract static class Derived extends Everything implements ExtendedApi {

		private static final long serialVersionUID = 1L;

	}

	abstract static class Hidden implements HiddenApi {

	}

	abstract static class Overloaded implements OverloadedApi {

	}

	abstract static class Same implements FirstApi, SameApi {

	}

	abstract static class Contradicting implements FirstApi, ContradictingApi {

	}

	abstract static class Arities implements AritiesApi {

	}

	abstract static class Typed implements TypedApi {

	}

}
