package io.horde.wire;

import java.util.List;
import java.util.Map;

import io.horde.wire.cbor.CBORFactory;
import io.horde.wire.cbor.CBORMapper;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.util.ByteArrayBuilder;

import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the CBOR format that the build moves into {@code io.horde.wire.cbor}.
 */
class RelocatedCborTests {

	@Test
	void factoryReadsWhatItWrote() {
		CBORFactory factory = new CBORFactory();
		ByteArrayBuilder bytes = new ByteArrayBuilder();
		try (JsonGenerator generator = factory.createGenerator(ObjectWriteContext.empty(), bytes)) {
			generator.writeNumber(7420);
		}
		assertThat(bytes.toByteArray()).isEqualTo(new byte[] { 0x19, 0x1c, (byte) 0xfc });
		try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), bytes.toByteArray())) {
			assertThat(parser.nextToken()).isEqualTo(JsonToken.VALUE_NUMBER_INT);
			assertThat(parser.getIntValue()).isEqualTo(7420);
		}
	}

	@Test
	void mapperReadsWhatItWrote() {
		Map<String, List<Integer>> value = Map.of("seats", List.of(1, 2, 3));
		CBORMapper mapper = new CBORMapper();
		byte[] bytes = mapper.writeValueAsBytes(value);
		assertThat(mapper.readValue(bytes, Object.class)).isEqualTo(value);
	}

	@Test
	void originalFormatIsNotOnTheClassPath() {
		assertThat(ClassUtils.isPresent("tools.jackson.dataformat.cbor.CBORMapper", getClass().getClassLoader()))
			.isFalse();
	}

}
