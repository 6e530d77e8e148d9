package io.horde.wire;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests of {@link RecordCodec}.
 */
class RecordCodecTests {

	private final RecordCodec<Letter> codec = new RecordCodec<Letter>()
		.with(StringBuilder.class, (value, writer) -> writer.string(value.toString()),
				(reader) -> new StringBuilder(reader.string()))
		.flat(Page.class)
		.message(1, Plain.class)
		.message(7, Long.class)
		.message(8, Built.class);

	@Test
	void aMessageIsItsNumberAndItsComponents() {
		FrameWriter expected = new FrameWriter().array(8)
			.longValue(1)
			.longValue(-1)
			.longValue(2)
			.bool(true)
			.string("x")
			.nil()
			.longValue(1)
			.array(2)
			.string("stamp")
			.nil();
		assertThat(this.codec.frame(new Plain(-1, 2, true, "x", null, Colour.BLUE, new Stamp("stamp", null))))
			.isEqualTo(expected.toBytes());
	}

	@Test
	void whatIsFlatHasNoArrayOfItsOwn() {
		FrameWriter expected = new FrameWriter().array(4)
			.longValue(7)
			.longValue(99)
			.array(4)
			.string("a")
			.longValue(1)
			.string("b")
			.longValue(2)
			.array(1)
			.array(2)
			.string("s")
			.bytes(new byte[] { 5 });
		Long message = new Long(List.of(new Page("a", 1), new Page("b", 2)), List.of(new Stamp("s", new byte[] { 5 })));
		byte[] frame = this.codec.frame(message, 99);
		assertThat(frame).isEqualTo(expected.toBytes());
		FrameReader reader = new FrameReader(frame);
		reader.array();
		assertThat(reader.longValue()).isEqualTo(7);
		assertThat(reader.longValue()).isEqualTo(99);
		assertThat(this.codec.read(7, reader)).usingRecursiveComparison().isEqualTo(message);
	}

	@Test
	void aNumberThatNoKindHasIsNotRead() {
		assertThat(this.codec.read(2, new FrameReader(new byte[0]))).isNull();
	}

	@Test
	void nullIsRefusedWhereItCantBe() {
		byte[] components = new FrameWriter().longValue(1).longValue(1).bool(true).nil().toBytes();
		assertThatExceptionOfType(MalformedFrameException.class)
			.isThrownBy(() -> this.codec.read(1, new FrameReader(components)))
			.withMessageContaining("null instead of a text string");
	}

	@Test
	void anEnumConstantThatIsNotKnownIsRefused() {
		byte[] components = new FrameWriter().longValue(1)
			.longValue(1)
			.bool(true)
			.string("x")
			.nil()
			.longValue(2)
			.toBytes();
		assertThatExceptionOfType(MalformedFrameException.class)
			.isThrownBy(() -> this.codec.read(1, new FrameReader(components)))
			.withMessageContaining("2 instead of the number of one of [RED, BLUE]");
	}

	@Test
	void whatTheRecordThrowsIsThrown() {
		byte[] components = new FrameWriter().string("forbidden").toBytes();
		assertThatIllegalArgumentException().isThrownBy(() -> this.codec.read(8, new FrameReader(components)))
			.withMessage("No");
	}

	private sealed interface Letter {

	}

	private record Plain(long number, int other, boolean flag, String text, byte @Nullable [] bytes, Colour colour,
			Stamp stamp) implements Letter {

	}

	private record Long(List<Page> pages, List<Stamp> stamps) implements Letter {

	}

	private record Built(StringBuilder text) implements Letter {

		Built {
			if (text.toString().equals("forbidden")) {
				throw new IllegalArgumentException("No");
			}
		}

	}

	private record Page(String text, int number) {

	}

	private record Stamp(String text, byte @Nullable [] bytes) {

	}

	private enum Colour {

		RED, BLUE

	}

}
