package io.horde.schedule.records;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * Tells expressions from each other in a few bytes.
 */
final class Fingerprints {

	private Fingerprints() {
	}

	static long of(String expression, String zone) {
		byte[] bytes = (expression + "\n" + zone).getBytes(StandardCharsets.UTF_8);
		CRC32 first = new CRC32();
		first.update(bytes);
		CRC32C second = new CRC32C();
		second.update(bytes);
		return first.getValue() << 31 ^ second.getValue();
	}

}
