package io.horde.hazelcast;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;

import io.horde.wire.TransportAddress;

/**
 * Under which address peers reach this node.
 */
final class PublishedAddress {

	private PublishedAddress() {
	}

	/**
	 * Return the address for peers.
	 * @param settings what is configured
	 * @param bound the port that is listened on
	 * @return {@code host:port}
	 */
	static String of(HazelcastTransportSettings settings, int bound) {
		String advertised = settings.advertisedHost();
		int port = (settings.advertisedPort() > 0) ? settings.advertisedPort() : bound;
		return TransportAddress.of((advertised != null && !advertised.isBlank()) ? advertised : host(settings.host()),
				port);
	}

	private static String host(String host) {
		boolean any = host.equals("0.0.0.0") || host.equals("::") || host.equals("[::]");
		return any ? firstAddress() : host;
	}

	private static String firstAddress() {
		try {
			for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
				if (network.isUp() && !network.isLoopback()) {
					for (InetAddress address : Collections.list(network.getInetAddresses())) {
						if (address instanceof Inet4Address) {
							return address.getHostAddress();
						}
					}
				}
			}
		}
		catch (SocketException ex) {
			// Without a list of interfaces, loopback is all that is certain.
		}
		return "127.0.0.1";
	}

}
