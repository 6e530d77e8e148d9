package io.horde.hazelcast.gate;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;

import io.horde.transport.Transport.ProbeResult;

/**
 * Finds out whether somebody listens at an address, and hangs up as soon as it is known.
 */
final class BareDial implements Party {

	private final SocketChannel channel;

	private final long deadline;

	private final Consumer<ProbeResult> answer;

	private BareDial(SocketChannel channel, long deadline, Consumer<ProbeResult> answer) {
		this.channel = channel;
		this.deadline = deadline;
		this.answer = answer;
	}

	/**
	 * Begin.
	 * @param gate where it is watched
	 * @param address a resolved address
	 * @param deadline when to give up
	 * @param answer called once, on the gate's thread
	 */
	static void dial(Gate gate, InetSocketAddress address, long deadline, Consumer<ProbeResult> answer) {
		BareDial dial = null;
		try {
			dial = new BareDial(SocketChannel.open(), deadline, answer);
			dial.begin(gate, address);
		}
		catch (IOException | RuntimeException ex) {
			if (dial != null) {
				dial.failed(ex);
			}
			else {
				answer.accept(ProbeResult.SILENT);
			}
		}
	}

	private void begin(Gate gate, InetSocketAddress address) throws IOException {
		this.channel.configureBlocking(false);
		if (this.channel.connect(address)) {
			end(ProbeResult.ACCEPTED);
		}
		else {
			gate.register(this.channel, this).interestOps(SelectionKey.OP_CONNECT);
		}
	}

	@Override
	public void ready() throws IOException {
		if (this.channel.finishConnect()) {
			end(ProbeResult.ACCEPTED);
		}
	}

	@Override
	public long deadline() {
		return this.deadline;
	}

	@Override
	public void expired() {
		end(ProbeResult.SILENT);
	}

	@Override
	public void failed(Exception failure) {
		end(judge(failure));
	}

	/**
	 * Only a refusal by the host itself proves that nobody listens. No route, no network,
	 * or an unknown host prove nothing.
	 * @param failure why a connection could not be established
	 * @return what that tells
	 */
	static ProbeResult judge(Exception failure) {
		return (failure instanceof ConnectException) ? ProbeResult.REFUSED : ProbeResult.SILENT;
	}

	private void end(ProbeResult result) {
		close();
		this.answer.accept(result);
	}

	@Override
	public void close() {
		GateConnection.closeQuietly(this.channel);
	}

}
