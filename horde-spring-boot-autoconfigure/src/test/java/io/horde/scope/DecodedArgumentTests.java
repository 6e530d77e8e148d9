package io.horde.scope;

import java.util.List;

import io.horde.process.HordeProcess;
import io.horde.process.ProcessArgument;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.ConversionService;
import org.springframework.core.convert.converter.Converter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An argument is injected as it was decoded, whatever converters an application has.
 */
class DecodedArgumentTests {

	@Test
	void noConverterSeesAnArgument() {
		runner().run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			assertThat(harness.startBean("bytes", new byte[] { 1, 2, 3 }, Bytes.class).argument).containsExactly(1, 2,
					3);
			assertThat(harness.startBean("ints", new int[] { 4, 5 }, Ints.class).argument).containsExactly(4, 5);
			assertThat(harness.startBean("texts", List.of("a", "b"), Texts.class).argument).containsExactly("a", "b");
			assertThat(harness.startBean("text", "c", Text.class).argument).isEqualTo("c");
		});
	}

	@Test
	void anAbsentArgumentIsNull() {
		runner()
			.run((context) -> assertThat(ProcessHarness.of(context).startBean("perhaps", null, Perhaps.class).argument)
				.isNull());
	}

	@Test
	void aMissingArgumentIsStillRefused() {
		runner().run((context) -> assertThat(ProcessHarness.of(context).startFailure("bytes", null))
			.hasStackTraceContaining("was started without an argument"));
	}

	@Test
	void largeArraysAreInjectedAsTheyAre() {
		runner().run((context) -> {
			ProcessHarness harness = ProcessHarness.of(context);
			Converters converters = context.getBean(Converters.class);
			harness.startBean("bytes", new byte[500_000], Bytes.class);
			assertThat(converters.conversions).isZero();
		});
	}

	private static ApplicationContextRunner runner() {
		return ProcessTestConfiguration.runner(Converters.class, Bytes.class, Ints.class, Texts.class, Text.class,
				Perhaps.class);
	}

	@Configuration(proxyBeanMethods = false)
	static class Converters {

		private int conversions;

		@Bean
		ConversionService conversionService() {
			ApplicationConversionService service = new ApplicationConversionService();
			service.addConverter(byte[].class, byte[].class, (bytes) -> new byte[] { (byte) count(bytes) });
			service.addConverter(Byte.class, Byte.class, (value) -> (byte) count(value));
			service.addConverter(byte.class, Byte.class, (Converter<Byte, Byte>) (value) -> (byte) count(value));
			service.addConverter(int[].class, int[].class, (ints) -> new int[] { count(ints) });
			service.addConverter(List.class, List.class, (list) -> List.of(count(list)));
			service.addConverter(String.class, String.class, (text) -> text.toUpperCase() + count(text));
			return service;
		}

		private int count(Object converted) {
			return ++this.conversions;
		}

	}

	@HordeProcess(value = "bytes", autoStartup = false)
	static class Bytes {

		private final byte[] argument;

		Bytes(@ProcessArgument byte[] argument) {
			this.argument = argument;
		}

	}

	@HordeProcess(value = "ints", autoStartup = false)
	static class Ints {

		private final int[] argument;

		Ints(@ProcessArgument int[] argument) {
			this.argument = argument;
		}

	}

	@HordeProcess(value = "texts", autoStartup = false)
	static class Texts {

		private final List<String> argument;

		Texts(@ProcessArgument List<String> argument) {
			this.argument = argument;
		}

	}

	@HordeProcess(value = "text", autoStartup = false)
	static class Text {

		private final String argument;

		Text(@ProcessArgument String argument) {
			this.argument = argument;
		}

	}

	@HordeProcess(value = "perhaps", autoStartup = false)
	static class Perhaps {

		private final byte @Nullable [] argument;

		Perhaps(@ProcessArgument byte @Nullable [] argument) {
			this.argument = argument;
		}

	}

}
