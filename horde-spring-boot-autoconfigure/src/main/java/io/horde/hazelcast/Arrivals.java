package io.horde.hazelcast;

import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

import io.horde.hazelcast.gate.Allowance;
import io.horde.time.EventLoop;

/**
 * The gate between Hazelcast's thread and the event loop: what belongs to no link and no
 * handshake of this node goes no further, and first packets of strangers only a few at a
 * time.
 */
final class Arrivals implements Packet.Sink {

	private static final int MAX_PENDING_HELLOS = 256;

	private static final int MAX_HELLO = 2048;

	/**
	 * Each makes this node dial, and prove both ends of another connection.
	 */
	private static final int HELLOS_PER_SECOND = 100;

	private final Set<Long> numbers = ConcurrentHashMap.newKeySet();

	private final AtomicInteger pendingHellos = new AtomicInteger();

	private final Allowance hellos = new Allowance(MAX_PENDING_HELLOS, HELLOS_PER_SECOND, System::nanoTime);

	private final SecureRandom random = new SecureRandom();

	private final EventLoop loop;

	private final TransportCounters counters;

	private final BiConsumer<PacketType, byte[]> receiver;

	/**
	 * Creates a gate.
	 * @param loop the event loop
	 * @param counters counts what is received and dropped
	 * @param receiver gets packets on the event loop
	 */
	Arrivals(EventLoop loop, TransportCounters counters, BiConsumer<PacketType, byte[]> receiver) {
		this.loop = loop;
		this.counters = counters;
		this.receiver = receiver;
	}

	/**
	 * Open the gate for packets with a new number.
	 * @return a number that nobody can guess
	 */
	long newNumber() {
		long number = this.random.nextLong();
		while (number == 0 || !this.numbers.add(number)) {
			number = this.random.nextLong();
		}
		return number;
	}

	/**
	 * Close the gate for packets with a number.
	 * @param number a number of an ended link or handshake
	 */
	void retire(long number) {
		this.numbers.remove(number);
	}

	@Override
	public void accept(byte[] packet) {
		this.counters.bytesReceived().add(packet.length);
		PacketType type = PacketType.of(packet);
		if (type == PacketType.HELLO) {
			acceptHello(packet);
		}
		else if (type == null || !this.numbers.contains(PacketType.receiver(packet))) {
			this.counters.dropped().increment();
		}
		else {
			this.loop.execute(() -> this.receiver.accept(type, packet));
		}
	}

	private void acceptHello(byte[] packet) {
		if (packet.length > MAX_HELLO || this.pendingHellos.get() >= MAX_PENDING_HELLOS || !this.hellos.use()) {
			this.counters.dropped().increment();
			return;
		}
		this.pendingHellos.incrementAndGet();
		this.loop.execute(() -> {
			this.pendingHellos.decrementAndGet();
			this.receiver.accept(PacketType.HELLO, packet);
		});
	}

}
