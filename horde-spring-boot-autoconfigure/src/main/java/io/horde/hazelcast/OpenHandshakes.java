package io.horde.hazelcast;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import io.horde.transport.TransportHandler.DialFailure;
import org.jspecify.annotations.Nullable;

/**
 * The handshakes that are under way, by their numbers: none of them stays for longer than
 * its timeout.
 */
final class OpenHandshakes {

	private static final Duration TIMEOUT = Duration.ofSeconds(5);

	private final Connections connections;

	private final Environment environment;

	private final Map<Long, Handshake> handshakes = new LinkedHashMap<>();

	OpenHandshakes(Connections connections, Environment environment) {
		this.connections = connections;
		this.environment = environment;
	}

	/**
	 * Begin a handshake under a new number.
	 * @param dial the way to the peer
	 * @param peer what the peer said of itself, {@code null} if this node begins
	 * @return the handshake
	 */
	Handshake begin(Dial dial, @Nullable Introduction peer) {
		long number = this.environment.arrivals().newNumber();
		Handshake handshake = new Handshake(number, dial, peer,
				this.connections.loop().schedule(TIMEOUT, () -> timedOut(number)));
		this.handshakes.put(number, handshake);
		return handshake;
	}

	@Nullable Handshake get(long number) {
		return this.handshakes.get(number);
	}

	/**
	 * Return all handshakes in the order of their beginning, also for whoever ends some
	 * of them on the way.
	 * @return a copy
	 */
	List<Handshake> all() {
		return List.copyOf(this.handshakes.values());
	}

	boolean use(Dial dial) {
		return this.handshakes.values().stream().anyMatch((handshake) -> handshake.dial() == dial);
	}

	/**
	 * A handshake became a link, which keeps its number.
	 * @param handshake the handshake
	 */
	void complete(Handshake handshake) {
		handshake.end();
		this.handshakes.remove(handshake.number());
	}

	void end(Handshake handshake) {
		handshake.end();
		if (this.handshakes.remove(handshake.number()) != null) {
			this.environment.arrivals().retire(handshake.number());
		}
	}

	void endIf(Predicate<Handshake> condition) {
		for (Handshake handshake : all()) {
			if (condition.test(handshake)) {
				end(handshake);
			}
		}
	}

	private void timedOut(long number) {
		Handshake handshake = this.handshakes.get(number);
		if (handshake == null) {
			return;
		}
		end(handshake);
		Dial dial = handshake.dial();
		if (dial.isWanted() && handshake.isInitiator()) {
			this.connections.handler()
				.dialFailed(dial.address(), DialFailure.UNREACHABLE,
						dial.address() + " was reached but did not call back within " + TIMEOUT.toSeconds()
								+ " s: it has to reach this node at " + this.environment.address()
								+ ", see horde.transport.advertised-host and advertised-port" + remedyOfOpenLinks(),
						null);
		}
		this.connections.retry(dial, Handshakes.AFTER_REFUSAL);
	}

	private String remedyOfOpenLinks() {
		return this.connections.isOpen()
				? ". While links are open it calls back only where it looks for members itself, and to the number of the"
						+ " host that it sees calling: list this node there, or set advertised-host to that number"
				: "";
	}

}
