package io.horde.autoconfigure;

import java.net.InetAddress;
import java.net.UnknownHostException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link GlobalAddresses}.
 */
class GlobalAddressesTests {

	@ParameterizedTest
	@CsvSource(textBlock = """
			127.0.0.1, false
			127.255.255.254, false
			126.255.255.255, true
			169.254.0.1, false
			169.253.255.255, true
			9.255.255.255, true
			10.0.0.0, false
			10.255.255.255, false
			11.0.0.0, true
			172.15.255.255, true
			172.16.0.0, false
			172.31.255.255, false
			172.32.0.0, true
			192.167.255.255, true
			192.168.0.0, false
			192.168.255.255, false
			192.169.0.0, true
			100.63.255.255, true
			100.64.0.0, false
			100.127.255.255, false
			100.128.0.0, true
			192.0.1.255, true
			192.0.2.0, false
			192.0.2.255, false
			192.0.3.0, true
			198.17.255.255, true
			198.18.0.0, false
			198.19.255.255, false
			198.20.0.0, true
			198.51.99.255, true
			198.51.100.7, false
			198.51.101.0, true
			203.0.112.255, true
			203.0.113.7, false
			203.0.114.0, true
			8.8.8.8, true
			::1, false
			::2, true
			fe80::1, false
			febf::1, false
			fec0::1, true
			fbff::1, true
			fc00::1, false
			fdff:ffff::1, false
			fe00::1, true
			2001:4860:4860::8888, true
			::ffff:10.0.0.1, false
			::ffff:8.8.8.8, true
			""")
	void addressesOfTheInternet(String address, boolean global) throws UnknownHostException {
		assertThat(GlobalAddresses.isGlobal(InetAddress.getByName(address))).isEqualTo(global);
	}

	@ParameterizedTest
	@ValueSource(strings = { "0.0.0.0", "::" })
	void wildcardStandsForAllAddressesOfThisMachine(String wildcard) throws UnknownHostException {
		assertThat(GlobalAddresses.listenedOn(wildcard))
			.contains(InetAddress.getByName("127.0.0.1"), InetAddress.getByName(LocalHost.address()))
			.noneMatch(InetAddress::isAnyLocalAddress);
	}

	@Test
	void namesAreResolved() {
		assertThat(GlobalAddresses.listenedOn("localhost")).isNotEmpty().allMatch(InetAddress::isLoopbackAddress);
		assertThat(GlobalAddresses.listenedOn("198.51.100.7")).extracting(InetAddress::getHostAddress)
			.containsExactly("198.51.100.7");
		assertThat(GlobalAddresses.listenedOn("unknown.invalid")).isEmpty();
	}

}
