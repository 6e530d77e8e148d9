package io.horde.wire;

/**
 * What the address of a transport looks like.
 */
public final class TransportAddress {

	private static final int SHOWN = 300;

	private TransportAddress() {
	}

	/**
	 * Refuse what is no address.
	 * @param address an address, {@code host:port}
	 * @return the address
	 * @throws IllegalArgumentException saying what an address looks like
	 */
	public static String check(String address) {
		if (!isAddress(address)) {
			throw new IllegalArgumentException("'" + PrintableText.of(address, SHOWN)
					+ "' is no transport address: write host:port, and [address]:port for IPv6");
		}
		return address;
	}

	/**
	 * Tell whether a text is an address.
	 * @param address maybe an address, {@code host:port}
	 */
	public static boolean isAddress(String address) {
		int colon = address.lastIndexOf(':');
		boolean bareIpv6 = address.indexOf(':') != colon && !address.startsWith("[");
		return colon > 0 && !bareIpv6 && NameLimits.problem(address) == null && isPort(address.substring(colon + 1));
	}

	/**
	 * Return an address.
	 * @param host the host; an IPv6 address may stand in brackets
	 * @param port the port
	 * @return the address, {@code host:port}
	 */
	public static String of(String host, int port) {
		return ((host.indexOf(':') >= 0 && !host.startsWith("[")) ? "[" + host + "]" : host) + ":" + port;
	}

	private static boolean isPort(String port) {
		return port.matches("\\d{1,5}") && Integer.parseInt(port) > 0 && Integer.parseInt(port) < 65536;
	}

}
