package io.horde.payload.codec;

import java.io.IOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonCreator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of {@link CborPayloadCodec} with Jackson modules on the class path.
 */
class PayloadModulesTests {

	@TempDir
	private Path directory;

	@Test
	void modulesThatTheClassLoaderFindsAreUsed() throws Exception {
		Path services = Files.writeString(this.directory.resolve("services"), TemperatureModule.class.getName());
		ClassLoader withModule = new ClassLoader(getClass().getClassLoader()) {

			@Override
			public Enumeration<URL> getResources(String name) throws IOException {
				return name.equals("META-INF/services/" + JacksonModule.class.getName())
						? Collections.enumeration(Collections.singleton(services.toUri().toURL()))
						: super.getResources(name);
			}

		};
		assertThat(encoded(new CborPayloadCodec(withModule, List.of()))).contains("21 degrees");
		assertThat(encoded(new CborPayloadCodec(getClass().getClassLoader(), List.of()))).doesNotContain("21 degrees");
	}

	private static String encoded(CborPayloadCodec codec) {
		return new String(codec.encode(new Temperature(21)), StandardCharsets.ISO_8859_1);
	}

	record Temperature(int degrees) {

		@JsonCreator(mode = JsonCreator.Mode.DELEGATING)
		static Temperature parse(String text) {
			return new Temperature(Integer.parseInt(text.substring(0, text.indexOf(' '))));
		}

	}

	/**
	 * A module as users bring them.
	 */
	public static class TemperatureModule extends SimpleModule {

		public TemperatureModule() {
			addSerializer(new TemperatureSerializer());
		}

	}

	static class TemperatureSerializer extends StdSerializer<Temperature> {

		TemperatureSerializer() {
			super(Temperature.class);
		}

		@Override
		public void serialize(Temperature value, JsonGenerator generator, SerializationContext context) {
			generator.writeString(value.degrees() + " degrees");
		}

	}

}
