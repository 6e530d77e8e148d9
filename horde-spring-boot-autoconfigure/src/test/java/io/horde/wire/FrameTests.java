package io.horde.wire;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

import io.horde.wire.cbor.CBORMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link FrameWriter} and {@link FrameReader}.
 */
class FrameTests {

	@ParameterizedTest
	@ValueSource(longs = { 0, 1, 23, 24, 255, 256, 65_535, 65_536, 4_294_967_295L, 4_294_967_296L, Long.MAX_VALUE, -1,
			-24, -25, -256, -257, -65_537, Integer.MIN_VALUE, Long.MIN_VALUE })
	void integerIsReadBack(long value) {
		assertThat(reader(new FrameWriter().longValue(value)).longValue()).isEqualTo(value);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a", "session-42", "Grüße", "日本語", "a\u0000b", "🦬 herd" })
	void textIsReadBack(String value) {
		assertThat(reader(new FrameWriter().string(value)).string()).isEqualTo(value);
	}

	@Test
	void longTextIsReadBack() {
		String ascii = "x".repeat(100_000);
		String mixed = "x".repeat(70_000) + "ü";
		FrameReader reader = reader(new FrameWriter().array(2).string(ascii).string(mixed));
		reader.array();
		assertThat(reader.string()).isEqualTo(ascii);
		assertThat(reader.string()).isEqualTo(mixed);
	}

	@Test
	void everyKindOfItemIsReadBack() {
		FrameReader reader = reader(new FrameWriter().array(7)
			.longValue(3)
			.string("name")
			.bytes(new byte[] { 1, 2 })
			.bool(true)
			.bool(false)
			.nil()
			.array(0));
		assertThat(reader.array()).isEqualTo(7);
		assertThat(reader.intValue()).isEqualTo(3);
		assertThat(reader.string()).isEqualTo("name");
		assertThat(reader.bytes()).containsExactly(1, 2);
		assertThat(reader.bool()).isTrue();
		assertThat(reader.bool()).isFalse();
		assertThat(reader.nil()).isTrue();
		assertThat(reader.array()).isZero();
		reader.end();
		assertThat(reader.hasNext()).isFalse();
		reader.end();
		assertThat(reader.remaining()).isZero();
	}

	@Test
	void nullableItemsAreReadBack() {
		FrameReader reader = reader(
				new FrameWriter().array(4).stringOrNil(null).stringOrNil("a").bytesOrNil(null).bytesOrNil(new byte[1]));
		reader.array();
		assertThat(reader.stringOrNil()).isNull();
		assertThat(reader.stringOrNil()).isEqualTo("a");
		assertThat(reader.bytesOrNil()).isNull();
		assertThat(reader.bytesOrNil()).hasSize(1);
		reader.end();
	}

	@Test
	void frameIsCborInItsShortestForm() {
		byte[] frame = new FrameWriter().array(4).longValue(500).string("IETF").longValue(-500).nil().toBytes();
		assertThat(HexFormat.of().formatHex(frame)).isEqualTo("84" + "1901f4" + "6449455446" + "3901f3" + "f6");
	}

	@Test
	void frameIsReadByAnyCborImplementation() {
		byte[] frame = new FrameWriter().array(3).string("Grüße").array(2).bool(true).longValue(-7).nil().toBytes();
		assertThat(new CBORMapper().readValue(frame, Object.class))
			.isEqualTo(Arrays.asList("Grüße", List.of(true, -7), null));
	}

	@Test
	void unknownTrailingItemsAreSkipped() {
		byte[] unknown = HexFormat.of()
			.parseHex("86" + "656c61746572" + "f93e00" + "a1616b83010203" + "43000000" + "c11a514b67b0"
					+ "3b7fffffffffffffff");
		FrameReader reader = reader(
				new FrameWriter().array(2).array(3).longValue(1).items(unknown).nil().string("after"));
		reader.array();
		reader.array();
		assertThat(reader.longValue()).isEqualTo(1);
		reader.end();
		assertThat(reader.string()).isEqualTo("after");
		reader.end();
	}

	@Test
	void missingTrailingItemsAreNoticed() {
		FrameReader reader = reader(new FrameWriter().array(2).array(1).longValue(1).string("next"));
		reader.array();
		reader.array();
		reader.longValue();
		assertThat(reader.hasNext()).isFalse();
		assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(reader::string)
			.withMessageContaining("end of an array");
	}

	@Test
	void itemIsTakenOutUnread() {
		byte[] inner = new FrameWriter().array(2).string("a").longValue(2).toBytes();
		FrameReader reader = reader(new FrameWriter().array(2).items(inner).string("b"));
		reader.array();
		assertThat(reader.item()).isEqualTo(inner);
		assertThat(reader.string()).isEqualTo("b");
	}

	@Test
	void writerIsUsedAgainAfterReset() {
		FrameWriter writer = new FrameWriter().string("first");
		writer.reset().longValue(1);
		assertThat(writer.size()).isEqualTo(1);
		assertThat(writer.toBytes()).containsExactly(1);
	}

	@Test
	void arrayLargerThanTheFrameIsRefusedBeforeAnythingIsAllocated() {
		byte[] frame = HexFormat.of().parseHex("9a7fffffff");
		assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> new FrameReader(frame).array())
			.withMessageContaining("2147483647 items");
	}

	@ParameterizedTest
	@ValueSource(strings = { "5a7fffffff00", "5b7fffffffffffffff", "5bffffffffffffffff00", "5f4100ff" })
	void bytesLongerThanTheFrameAreRefusedBeforeAnythingIsAllocated(String frame) {
		assertThatExceptionOfType(MalformedFrameException.class)
			.isThrownBy(() -> new FrameReader(HexFormat.of().parseHex(frame)).bytes());
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "n1\r\nERROR", "a\0b", "a\u2028b" })
	void whatIsNoNameIsRefusedAsOne(String text) {
		FrameReader reader = reader(new FrameWriter().string(text));
		assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(reader::name)
			.withMessageNotContainingAny("\r", "\n", "ERROR");
	}

	@Test
	void namesAreRead() {
		FrameReader reader = reader(
				new FrameWriter().array(5).string("Zürich 1").nil().string("n").string("").string("g\0n"));
		reader.array();
		assertThat(reader.name()).isEqualTo("Zürich 1");
		assertThat(reader.nameOrNil()).isNull();
		assertThat(reader.nameOrNil()).isEqualTo("n");
		assertThat(reader.nameOrEmpty()).isEmpty();
		assertThat(reader.key()).isEqualTo("g\0n");
		assertThatExceptionOfType(MalformedFrameException.class)
			.isThrownBy(() -> reader(new FrameWriter().string("g\n")).key());
	}

	@Test
	void textThatIsNoUtf8IsRefused() {
		assertThatExceptionOfType(MalformedFrameException.class)
			.isThrownBy(() -> new FrameReader(HexFormat.of().parseHex("62c328")).string())
			.withMessageContaining("UTF-8");
	}

	@Test
	void integerOfMoreThan64BitsIsRefused() {
		assertThatExceptionOfType(MalformedFrameException.class)
			.isThrownBy(() -> new FrameReader(HexFormat.of().parseHex("1bffffffffffffffff")).longValue());
		assertThatExceptionOfType(MalformedFrameException.class)
			.isThrownBy(() -> reader(new FrameWriter().longValue(1L << 40)).intValue());
	}

	@Test
	void wrongKindOfItemIsNamed() {
		assertThatExceptionOfType(MalformedFrameException.class)
			.isThrownBy(() -> reader(new FrameWriter().string("7")).longValue())
			.withMessage("Found a text string instead of an integer at byte 1 of 2");
	}

	@Test
	void deepNestingIsRefused() {
		FrameWriter writer = new FrameWriter();
		for (int i = 0; i < 33; i++) {
			writer.array(1);
		}
		FrameReader reader = reader(writer.nil());
		for (int i = 0; i < 32; i++) {
			reader.array();
		}
		assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(reader::array)
			.withMessageContaining("32 deep");
	}

	@Test
	void deepNestingIsSkippedWithoutAStack() {
		FrameWriter writer = new FrameWriter().array(2).longValue(1);
		for (int i = 0; i < 1_000_000; i++) {
			writer.array(1);
		}
		FrameReader reader = reader(writer.nil());
		reader.array();
		reader.longValue();
		reader.end();
		assertThat(reader.remaining()).isZero();
	}

	@Test
	void misuseIsNoFrameError() {
		assertThatIllegalStateException().isThrownBy(() -> new FrameReader(new byte[0]).end());
		assertThatIllegalArgumentException().isThrownBy(() -> new FrameWriter().array(-1));
	}

	private static FrameReader reader(FrameWriter writer) {
		return new FrameReader(writer.toBytes());
	}

}
