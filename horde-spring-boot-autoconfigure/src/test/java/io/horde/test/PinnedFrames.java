package io.horde.test;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Compares frames with the bytes that a resource holds, which must not change as long as
 * nodes of both releases may meet: the type of a value and its bytes, one a line.
 */
public final class PinnedFrames {

	private PinnedFrames() {
	}

	/**
	 * Check all values of a kind.
	 * @param test beside which the resource stands, as {@code <simple name>.frames}
	 */
	public static <V> void check(Class<?> test, Stream<? extends V> values, Function<V, byte[]> encoder) {
		String frames = values.map((value) -> value.getClass().getSimpleName() + " " + hex(encoder.apply(value)) + "\n")
			.collect(Collectors.joining());
		assertThat(frames).isEqualTo(pinned(test));
	}

	private static String hex(byte[] frame) {
		return HexFormat.of().formatHex(frame);
	}

	private static String pinned(Class<?> test) {
		try (InputStream resource = test.getResourceAsStream(test.getSimpleName() + ".frames")) {
			assertThat(resource).as("pinned frames of %s", test).isNotNull();
			return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
