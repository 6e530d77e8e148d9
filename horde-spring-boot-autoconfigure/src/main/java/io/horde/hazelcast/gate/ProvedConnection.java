package io.horde.hazelcast.gate;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;

import javax.net.ssl.SSLEngine;

import org.jspecify.annotations.Nullable;

/**
 * A connection whose ends are proved, if links are secured. Nothing of what follows the
 * proof has been read.
 *
 * @param channel the connection, not blocking
 * @param engine what encrypts it, {@code null} if links are open
 * @param peer who stands at the other end
 */
public record ProvedConnection(SocketChannel channel, @Nullable SSLEngine engine, Identity peer) {

	/**
	 * Tell whether the other end is at the host of an address that is a number.
	 * @param address {@code host:port}
	 * @return {@code false} for host names too: nothing is looked up
	 */
	public boolean isFrom(String address) {
		String host = address.substring(0, address.lastIndexOf(':')).replaceAll("[\\[\\]]", "");
		InetAddress source = this.channel.socket().getInetAddress();
		try {
			return source != null && host.matches("[0-9a-fA-F.:]+") && InetAddress.getByName(host).equals(source);
		}
		catch (UnknownHostException ex) {
			return false;
		}
	}

	/**
	 * Tell whether the other end has an address.
	 */
	public boolean isFrom(InetSocketAddress address) {
		return address.equals(this.channel.socket().getRemoteSocketAddress());
	}

	/**
	 * Close it.
	 */
	public void close() {
		GateConnection.closeQuietly(this.channel);
	}

}
