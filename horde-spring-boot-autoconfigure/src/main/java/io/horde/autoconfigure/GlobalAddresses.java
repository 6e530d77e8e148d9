package io.horde.autoconfigure;

import java.net.InetAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Tells addresses that can be reached from the internet from those that are of use in a
 * private network only.
 */
final class GlobalAddresses {

	private static final List<Network> PRIVATE = List.of(new Network(8, 10), new Network(12, 172, 16),
			new Network(16, 192, 168), new Network(10, 100, 64), new Network(24, 192, 0, 2), new Network(15, 198, 18),
			new Network(24, 198, 51, 100), new Network(24, 203, 0, 113));

	private static final List<Network> PRIVATE_V6 = List.of(new Network(7, 0xfc));

	private GlobalAddresses() {
	}

	static boolean isGlobal(InetAddress address) {
		if (address.isLoopbackAddress() || address.isLinkLocalAddress()) {
			return false;
		}
		byte[] bytes = address.getAddress();
		return ((bytes.length == 4) ? PRIVATE : PRIVATE_V6).stream().noneMatch((network) -> network.contains(bytes));
	}

	/**
	 * Return the addresses that are listened on.
	 * @param host the host to listen on; a wildcard stands for all addresses of this
	 * machine
	 * @return the addresses, none if the host is unknown
	 */
	static List<InetAddress> listenedOn(String host) {
		try {
			List<InetAddress> addresses = List.of(InetAddress.getAllByName(host));
			return addresses.stream().anyMatch(InetAddress::isAnyLocalAddress) ? LocalHost.addresses() : addresses;
		}
		catch (UnknownHostException ex) {
			return List.of();
		}
		catch (SocketException ex) {
			throw new IllegalStateException("The addresses of this machine can't be told", ex);
		}
	}

	/**
	 * A network.
	 *
	 * @param bits the length of its prefix
	 * @param prefix the first bytes, as far as they are not 0
	 */
	private record Network(int bits, int... prefix) {

		boolean contains(byte[] address) {
			for (int bit = 0; bit < this.bits; bit++) {
				int wanted = (bit / 8 < this.prefix.length) ? this.prefix[bit / 8] : 0;
				if (((wanted ^ address[bit / 8]) & (0x80 >> (bit % 8))) != 0) {
					return false;
				}
			}
			return true;
		}

	}

}
