package io.horde.autoconfigure;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The address under which other hosts are most likely to reach this one.
 */
final class LocalHost {

	static final String LOOPBACK = "127.0.0.1";

	private LocalHost() {
	}

	/**
	 * Find the address.
	 * @return the first IPv4 address that is not a loopback address, of the interface
	 * with the lowest index, else 127.0.0.1
	 */
	static String address() {
		try {
			return NetworkInterface.networkInterfaces()
				.filter(LocalHost::isUp)
				.sorted(Comparator.comparingInt(NetworkInterface::getIndex))
				.map(LocalHost::addressOf)
				.flatMap(Optional::stream)
				.findFirst()
				.orElse(LOOPBACK);
		}
		catch (SocketException ex) {
			return LOOPBACK;
		}
	}

	/**
	 * Return all addresses that this machine can be reached under.
	 * @return those of all interfaces that are up
	 * @throws SocketException if they can't be told
	 */
	static List<InetAddress> addresses() throws SocketException {
		return NetworkInterface.networkInterfaces()
			.filter(LocalHost::isUp)
			.flatMap(NetworkInterface::inetAddresses)
			.toList();
	}

	private static Optional<String> addressOf(NetworkInterface networkInterface) {
		return networkInterface.inetAddresses()
			.filter((address) -> address instanceof Inet4Address && !address.isLoopbackAddress()
					&& !address.isLinkLocalAddress())
			.map(InetAddress::getHostAddress)
			.findFirst();
	}

	private static boolean isUp(NetworkInterface networkInterface) {
		try {
			return networkInterface.isUp();
		}
		catch (SocketException ex) {
			return false;
		}
	}

}
