package io.horde.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

import io.horde.transport.Transport;
import org.jspecify.annotations.Nullable;

/**
 * The network of a simulation. Machines are known by name; a process on machine {@code a}
 * has the address {@code a:7420} unless it asks for another port.
 * <p>
 * Links behave as over TCP: what is sent into a cut arrives after it is healed, unless
 * somebody gives the link up first, which happens after {@link #linkTimeout(Duration)}.
 * {@link Faults} come on top: they lose, double and reorder frames.
 */
public final class SimulatedNetwork {

	private static final int PORT = 7420;

	private final Simulation simulation;

	private final SplittableRandom random;

	private final Map<String, SimulatedTransport> listeners = new HashMap<>();

	private final Set<String> occupied = new HashSet<>();

	private final Set<String> dark = new HashSet<>();

	private final List<Route> routes = new ArrayList<>();

	private final Map<String, Map<String, Route>> routesBySender = new HashMap<>();

	private final Map<String, Long> bandwidth = new HashMap<>();

	private Faults faults = Faults.NONE;

	private Duration linkTimeout = Duration.ofSeconds(20);

	private int window = 1 << 20;

	private int maxFrameSize = 4608 << 10;

	private long frames;

	private long bytes;

	SimulatedNetwork(Simulation simulation) {
		this.simulation = simulation;
		this.random = simulation.random();
	}

	/**
	 * Create the transport of a process.
	 * @param loop the process's event loop
	 * @return a transport with the address {@code <machine>:7420}
	 */
	public Transport transport(SimulatedEventLoop loop) {
		return new SimulatedTransport(this.simulation, this, loop, loop.machine() + ":" + PORT);
	}

	/**
	 * Set the faults of all routes that have none of their own.
	 * @param faults the faults
	 */
	public void faults(Faults faults) {
		this.faults = faults;
	}

	/**
	 * Set the faults of one route.
	 * @param from the machine that sends
	 * @param to the machine that receives
	 * @param faults the faults, or {@code null} for those of all
	 */
	public void faults(String from, String to, @Nullable Faults faults) {
		route(from, to).faults = faults;
	}

	/**
	 * Let nothing pass in one direction any more.
	 * @param from the machine that sends
	 * @param to the machine that doesn't receive
	 */
	public void cut(String from, String to) {
		Route route = route(from, to);
		if (!route.cut) {
			route.cut = true;
			interrupted(from, to);
		}
	}

	/**
	 * Cut all routes between two sets of machines, in both directions.
	 * @param some the machines of one side
	 * @param others the machines of the other side
	 */
	public void partition(Collection<String> some, Collection<String> others) {
		for (String one : some) {
			for (String other : others) {
				cut(one, other);
				cut(other, one);
			}
		}
	}

	/**
	 * End a cut. What was sent meanwhile arrives now.
	 * @param from the machine that sends
	 * @param to the machine that receives
	 */
	public void heal(String from, String to) {
		route(from, to).cut = false;
		flush(route(from, to));
	}

	/**
	 * End all cuts and all faults.
	 */
	public void heal() {
		this.faults = Faults.NONE;
		this.bandwidth.clear();
		for (Route route : List.copyOf(this.routes)) {
			route.cut = false;
			route.faults = null;
			flush(route);
		}
	}

	/**
	 * Break the connections between two machines; both sides see them closed.
	 * @param machine a machine
	 * @param other another machine
	 */
	public void reset(String machine, String other) {
		for (SimulatedTransport transport : transports(machine)) {
			transport.resetLinks(other);
		}
	}

	/**
	 * Limit how fast a machine receives frames (not those on the control channel).
	 * @param machine the machine
	 * @param bytesPerSecond how fast; 0 for no limit
	 */
	public void slow(String machine, long bytesPerSecond) {
		if (bytesPerSecond > 0) {
			this.bandwidth.put(machine, bytesPerSecond);
		}
		else {
			this.bandwidth.remove(machine);
		}
	}

	/**
	 * Take a machine off the network, or put it back: it answers nothing, not even with a
	 * refusal.
	 * @param machine the machine
	 * @param off whether it is off
	 */
	public void dark(String machine, boolean off) {
		if (off && this.dark.add(machine)) {
			for (Route route : List.copyOf(this.routes)) {
				if (route.from.equals(machine) || route.to.equals(machine)) {
					interrupted(route.from, route.to);
				}
			}
		}
		else if (!off && this.dark.remove(machine)) {
			List.copyOf(this.routes).forEach(this::flush);
		}
	}

	/**
	 * Let something that is not Horde listen at an address.
	 * @param address {@code machine:port}
	 */
	public void occupy(String address) {
		this.occupied.add(address);
	}

	/**
	 * Free an address that was occupied.
	 * @param address {@code host:port}
	 */
	public void vacate(String address) {
		this.occupied.remove(address);
	}

	/**
	 * Set after how much silence a transport gives a link up. The default is 20 s.
	 * @param timeout the time
	 */
	public void linkTimeout(Duration timeout) {
		this.linkTimeout = timeout;
	}

	/**
	 * Set how many bytes may be on their way on one link, in one direction, and how large
	 * a frame may be. The defaults are 1 MB and 4.5 MB.
	 * @param window bytes
	 * @param maxFrameSize bytes
	 */
	public void limits(int window, int maxFrameSize) {
		this.window = window;
		this.maxFrameSize = maxFrameSize;
	}

	/**
	 * Return how many frames were sent.
	 * @return frames, on all channels of all links
	 */
	public long frames() {
		return this.frames;
	}

	/**
	 * Return how many bytes were sent.
	 * @return bytes in frames, on all channels of all links
	 */
	public long bytes() {
		return this.bytes;
	}

	int window() {
		return this.window;
	}

	int maxFrameSize() {
		return this.maxFrameSize;
	}

	Duration linkTimeout() {
		return this.linkTimeout;
	}

	SplittableRandom random() {
		return this.random;
	}

	long bandwidth(String machine) {
		return this.bandwidth.isEmpty() ? 0 : this.bandwidth.getOrDefault(machine, 0L);
	}

	boolean bind(String address, SimulatedTransport transport) {
		return !this.occupied.contains(address) && this.listeners.putIfAbsent(address, transport) == null;
	}

	void unbind(String address, SimulatedTransport transport) {
		this.listeners.remove(address, transport);
	}

	@Nullable SimulatedTransport listener(String address) {
		return this.listeners.get(address);
	}

	boolean isOccupied(String address) {
		return this.occupied.contains(address);
	}

	void count(int size) {
		this.frames++;
		this.bytes += size;
	}

	Faults faults(Route route) {
		Faults own = route.faults;
		return (own != null) ? own : this.faults;
	}

	/**
	 * Carry something from machine to machine, as TCP does: late if the route is cut, and
	 * never lost as long as the connection stands.
	 */
	void carry(String from, String to, Runnable arrival) {
		carry(route(from, to), 0, arrival);
	}

	void carry(Route route, Runnable arrival) {
		carry(route, 0, arrival);
	}

	void carry(Route route, long extraDelay, Runnable arrival) {
		carry(route, route.next++, extraDelay, arrival);
	}

	private void carry(Route route, long number, long extraDelay, Runnable arrival) {
		if (isCut(route)) {
			route.stalled.put(number, arrival);
			return;
		}
		long delay = faults(route).delay(this.random) + extraDelay;
		this.simulation.post(delay, () -> {
			if (isCut(route)) {
				route.stalled.put(number, arrival);
			}
			else {
				arrival.run();
			}
		});
	}

	boolean isCut(String from, String to) {
		return isCut(route(from, to));
	}

	private boolean isCut(Route route) {
		return route.cut || (!this.dark.isEmpty() && (this.dark.contains(route.from) || this.dark.contains(route.to)));
	}

	private void flush(Route route) {
		if (!isCut(route) && !route.stalled.isEmpty()) {
			List<Map.Entry<Long, Runnable>> stalled = new ArrayList<>(route.stalled.entrySet());
			route.stalled.clear();
			long retransmission = this.random.nextLong(Duration.ofMillis(400).toNanos());
			stalled.forEach((entry) -> carry(route, entry.getKey(), retransmission, entry.getValue()));
		}
	}

	private void interrupted(String from, String to) {
		Route route = route(from, to);
		long interruption = ++route.interruptions;
		this.simulation.post(this.linkTimeout.toNanos(), () -> {
			if (isCut(route) && route.interruptions == interruption) {
				transports(from).forEach((transport) -> transport.timeOutLinks(to));
				transports(to).forEach((transport) -> transport.timeOutLinks(from));
			}
		});
	}

	/**
	 * Return the links that are up at one end only. There are none once the network has
	 * been whole and quiet for a while.
	 */
	List<String> halfOpen() {
		return this.listeners.values().stream().flatMap(SimulatedTransport::halfOpen).sorted().toList();
	}

	private List<SimulatedTransport> transports(String machine) {
		return this.listeners.entrySet()
			.stream()
			.filter((entry) -> machine(entry.getKey()).equals(machine))
			.sorted(Map.Entry.comparingByKey())
			.map(Map.Entry::getValue)
			.toList();
	}

	Route route(String from, String to) {
		return this.routesBySender.computeIfAbsent(from, (key) -> new HashMap<>()).computeIfAbsent(to, (key) -> {
			Route route = new Route(from, to);
			this.routes.add(route);
			return route;
		});
	}

	static String machine(String address) {
		int colon = address.lastIndexOf(':');
		return (colon >= 0) ? address.substring(0, colon) : address;
	}

}
