package io.horde.hazelcast.gate;

import java.util.Arrays;
import java.util.UUID;

import io.horde.wire.FrameWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Identity}.
 */
class IdentityTests {

	private static final UUID NODE = new UUID(Long.MIN_VALUE, -1);

	@ParameterizedTest
	@ValueSource(strings = { "127.0.0.1:7420", "node-1.example.org:1", "[fe80::1%eth0]:65535", "knödel:7420" })
	void isReadAsItWasWritten(String address) throws GateException {
		Identity identity = new Identity(NODE, address, "a cluster of ünïcödé");
		assertThat(Identity.read(identity.toBytes())).isEqualTo(identity);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "host", "host:", ":7420", "host:0", "host:65536", "host:-1", "host:7420x",
			"a:b:7420", "host\r\nWARN all is lost:7420", "host\u0000:7420", "host\u001b[31m:7420", "host\u2028:7420" })
	void whatIsNoAddressIsRefused(String address) {
		assertRefused(new Identity(NODE, address, "test").toBytes());
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "a\nb", "a\rb", "\u0000", "\u007f", "a\u0085b", "a\u2028b", "a\u2029b" })
	void clusterNameThatCouldBreakALineIsRefused(String cluster) {
		assertRefused(new Identity(NODE, "host:7420", cluster).toBytes());
	}

	@Test
	void overlongNamesAreRefused() throws GateException {
		Identity longest = new Identity(NODE, "host:7420", "c".repeat(300));
		assertThat(Identity.read(longest.toBytes())).isEqualTo(longest);
		assertRefused(new Identity(NODE, "host:7420", "c".repeat(301)).toBytes());
		assertRefused(new Identity(NODE, "h".repeat(1100) + ":7420", "test").toBytes());
	}

	@Test
	void longestIdentityFitsIntoAMessage() {
		String longest = "h".repeat(1019) + ":7420";
		assertThat(new Identity(NODE, longest, "c".repeat(300)).toBytes().length).isLessThan(GateMessage.MAX_BODY);
	}

	@Test
	void malformedIntroductionsAreRefused() {
		byte[] good = new Identity(NODE, "host:7420", "test").toBytes();
		for (int i = 0; i < good.length; i++) {
			assertRefused(Arrays.copyOf(good, i));
		}
		assertRefused(new FrameWriter().array(1).longValue(1).toBytes());
		assertRefused(new FrameWriter().array(4).string("a").string("b").string("c").string("d").toBytes());
		assertRefused(new FrameWriter().array(4).longValue(1).longValue(2).longValue(3).longValue(4).toBytes());
		assertRefused(new byte[] { (byte) 0x9b, 0x7f, -1, -1, -1, -1, -1, -1, -1 });
	}

	@Test
	void textThatIsNoUtf8IsRefused() {
		byte[] bytes = new Identity(NODE, "host:7420", "test").toBytes();
		bytes[bytes.length - 1] = (byte) 0xff;
		assertRefused(bytes);
	}

	@Test
	void whatALaterReleaseAddsIsIgnored() throws GateException {
		byte[] bytes = new FrameWriter().array(5)
			.longValue(1)
			.longValue(2)
			.string("host:7420")
			.string("test")
			.string("news")
			.toBytes();
		assertThat(Identity.read(bytes)).isEqualTo(new Identity(new UUID(1, 2), "host:7420", "test"));
	}

	private static void assertRefused(byte[] bytes) {
		assertThatExceptionOfType(GateException.class).isThrownBy(() -> Identity.read(bytes)).satisfies((ex) -> {
			assertThat(ex.refusal()).isEqualTo(GateRefusal.NOT_HORDE);
			assertThat(ex.getMessage()).doesNotContain("\n", "\r", "host");
		});
	}

}
