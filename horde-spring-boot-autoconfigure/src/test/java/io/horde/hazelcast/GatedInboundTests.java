package io.horde.hazelcast;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import com.hazelcast.client.impl.protocol.ClientMessage;
import com.hazelcast.client.impl.protocol.ClientMessageWriter;
import com.hazelcast.client.impl.protocol.codec.ClientCreateProxyCodec;
import com.hazelcast.client.impl.protocol.codec.ClientPingCodec;
import com.hazelcast.client.impl.protocol.codec.MCShutdownMemberCodec;
import com.hazelcast.internal.networking.Channel;
import com.hazelcast.internal.networking.ChannelOption;
import com.hazelcast.internal.networking.HandlerStatus;
import io.horde.hazelcast.gate.GateException;
import io.horde.hazelcast.gate.GateRefusal;
import io.horde.hazelcast.gate.MessageFilter;
import io.horde.hazelcast.gate.Refusals;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.Answers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.given;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link GatedInbound}.
 */
class GatedInboundTests {

	private static final byte[] GREETING = "CP2".getBytes(StandardCharsets.US_ASCII);

	private final Refusals refusals = new Refusals();

	private final GatedInbound handler = new GatedInbound(null, MessageFilter.ofRequests(1000), this.refusals);

	@BeforeEach
	void add() {
		Channel channel = mock(Channel.class, Answers.RETURNS_DEEP_STUBS);
		given(channel.options().getOption(ChannelOption.DIRECT_BUF)).willReturn(false);
		given(channel.socket().getInetAddress()).willReturn(InetAddress.getLoopbackAddress());
		this.handler.setChannel(channel);
		this.handler.handlerAdded();
	}

	@ParameterizedTest
	@ValueSource(ints = { 3, 7, 16, 50, 1000 })
	void whatHasNoRoomYetIsPassedOnWithoutMoreFromOutside(int room) throws Exception {
		ByteBuffer to = ByteBuffer.allocate(room);
		this.handler.dst(to);
		byte[] bytes = concat(GREETING, bytes(ClientCreateProxyCodec.encodeRequest("horde", "hz:impl:executorService")),
				bytes(ClientPingCodec.encodeRequest()));
		this.handler.src().put(bytes);
		ByteArrayOutputStream passed = new ByteArrayOutputStream();
		HandlerStatus status = HandlerStatus.DIRTY;
		while (status == HandlerStatus.DIRTY) {
			status = this.handler.onRead();
			passed.write(to.array(), 0, to.position());
			to.clear();
		}
		assertThat(passed.toByteArray()).isEqualTo(bytes);
	}

	@Test
	void forbiddenMessageIsCountedAndEndsTheConnection() {
		ByteBuffer to = ByteBuffer.allocate(1000);
		this.handler.dst(to);
		this.handler.src().put(GREETING).put(bytes(MCShutdownMemberCodec.encodeRequest()));
		assertThatExceptionOfType(GateException.class).isThrownBy(this.handler::onRead);
		assertThat(this.refusals.count(GateRefusal.FORBIDDEN_MESSAGE).sum()).isEqualTo(1);
		assertThat(Arrays.copyOf(to.array(), to.position())).isEqualTo(GREETING);
	}

	private static byte[] bytes(ClientMessage message) {
		ByteBuffer buffer = ByteBuffer.allocate(message.getBufferLength());
		assertThat(new ClientMessageWriter().writeTo(buffer, message)).isTrue();
		return Arrays.copyOf(buffer.array(), buffer.position());
	}

	private static byte[] concat(byte[]... parts) {
		ByteArrayOutputStream all = new ByteArrayOutputStream();
		for (byte[] part : parts) {
			all.writeBytes(part);
		}
		return all.toByteArray();
	}

}
