package io.horde.test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.horde.time.EventLoop;
import io.horde.transport.LinkRefusal;
import io.horde.transport.Transport;
import io.horde.transport.TransportException;
import io.horde.transport.TransportHandler;
import io.horde.transport.TransportHandler.DialFailure;
import io.horde.transport.TransportHandler.LinkDown;
import org.jspecify.annotations.Nullable;

/**
 * The transport of one simulated process.
 */
final class SimulatedTransport implements Transport {

	/*
	 * A handshake is three messages: the dialler's hello, the acceptor's hello, the
	 * dialler's consent. When two dial each other, the dial of the lower address wins and
	 * the other one is dropped without a word, so that there is one link.
	 */

	private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);

	private static final Duration CONSENT_TIMEOUT = Duration.ofSeconds(3);

	private static final long FIRST_BACKOFF = 100;

	private static final long LONGEST_BACKOFF = 1000;

	private final Simulation simulation;

	private final SimulatedNetwork network;

	private final SimulatedEventLoop loop;

	private final String address;

	private final Map<String, Dial> dials = new TreeMap<>();

	/**
	 * Being set up or up; at most one for each peer.
	 */
	private final Map<String, SimulatedLink> links = new TreeMap<>();

	private @Nullable TransportHandler handler;

	private Object session = new Object();

	SimulatedTransport(Simulation simulation, SimulatedNetwork network, SimulatedEventLoop loop, String address) {
		this.simulation = simulation;
		this.network = network;
		this.loop = loop;
		this.address = address;
		loop.onKill(this::killed);
		loop.onPause(this::paused);
	}

	@Override
	public void start(TransportHandler handler) {
		if (this.handler != null) {
			throw new IllegalStateException("The transport at " + this.address + " is started");
		}
		if (!this.network.bind(this.address, this)) {
			throw new TransportException(this.address, "Can't listen at " + this.address
					+ ": the address is in use. Stop what listens there, or choose another port", null);
		}
		this.handler = handler;
		this.session = new Object();
	}

	@Override
	public void stop() {
		if (this.handler != null) {
			close(true);
		}
	}

	private void close(boolean orderly) {
		this.handler = null;
		this.network.unbind(this.address, this);
		this.dials.clear();
		List<SimulatedLink> open = List.copyOf(this.links.values());
		this.links.clear();
		open.forEach((link) -> link.close(orderly));
	}

	private void killed() {
		if (this.handler != null) {
			close(this.network.random().nextBoolean());
		}
	}

	private void paused() {
		long pause = this.loop.pauses();
		this.simulation.after(this.network.linkTimeout(), () -> {
			if (this.loop.isPaused() && this.loop.pauses() == pause) {
				for (SimulatedLink link : List.copyOf(this.links.values())) {
					SimulatedLink peer = link.peer();
					if (peer != null) {
						peer.transport().closeLater(peer, LinkDown.TIMED_OUT);
					}
				}
			}
		});
	}

	@Override
	public String address() {
		return this.address;
	}

	@Override
	public int maxFrameSize() {
		return this.network.maxFrameSize();
	}

	@Override
	public void dial(String address) {
		if (this.handler == null || address.equals(this.address) || this.dials.containsKey(address)) {
			return;
		}
		Dial dial = new Dial(address);
		this.dials.put(address, dial);
		attempt(dial);
	}

	@Override
	public void hangUp(String address) {
		this.dials.remove(address);
		SimulatedLink link = this.links.remove(address);
		TransportHandler handler = this.handler;
		if (link != null && link.close(true) && handler != null) {
			this.loop.execute(() -> {
				if (this.handler == handler) {
					handler.linkDown(link, LinkDown.HUNG_UP);
				}
			});
		}
	}

	@Override
	public void probe(String address, Consumer<ProbeResult> answer) {
		boolean[] answered = new boolean[1];
		Consumer<ProbeResult> once = (result) -> {
			if (!answered[0] && this.handler != null) {
				answered[0] = true;
				answer.accept(result);
			}
		};
		this.loop.schedule(CONNECT_TIMEOUT, () -> once.accept(ProbeResult.SILENT));
		String machine = SimulatedNetwork.machine(address);
		this.network.carry(machine(), machine, () -> {
			boolean listening = this.network.listener(address) != null || this.network.isOccupied(address);
			ProbeResult result = listening ? ProbeResult.ACCEPTED : ProbeResult.REFUSED;
			this.network.carry(machine, machine(), () -> this.loop.execute(() -> once.accept(result)));
		});
	}

	private void attempt(Dial dial) {
		TransportHandler handler = this.handler;
		if (handler == null || this.dials.get(dial.address) != dial || this.links.containsKey(dial.address)) {
			return;
		}
		SimulatedLink link = new SimulatedLink(this.simulation, this, this.session, dial.address, true);
		this.links.put(dial.address, link);
		byte[] hello = handler.hello();
		this.network.carry(machine(), SimulatedNetwork.machine(dial.address), () -> knock(link, hello));
		this.loop.schedule(CONNECT_TIMEOUT, () -> failed(link, DialFailure.UNREACHABLE,
				"No answer from " + dial.address + " within " + CONNECT_TIMEOUT.toMillis() + " ms"));
	}

	/**
	 * A dial has reached the machine that it is meant for.
	 */
	private void knock(SimulatedLink link, byte[] hello) {
		String target = link.address();
		SimulatedTransport listener = this.network.listener(target);
		if (this.network.isOccupied(target)) {
			answer(target, () -> failed(link, DialFailure.FOREIGN, target + " does not speak Horde's protocol"));
		}
		else if (listener == null) {
			answer(target, () -> failed(link, DialFailure.UNREACHABLE, "Nobody listens at " + target));
		}
		else {
			listener.loop.execute(() -> listener.accept(this, link, hello));
		}
	}

	private void answer(String from, Runnable task) {
		this.network.carry(SimulatedNetwork.machine(from), machine(), () -> this.loop.execute(task));
	}

	private void accept(SimulatedTransport dialler, SimulatedLink dialling, byte[] hello) {
		TransportHandler handler = this.handler;
		String from = dialler.address;
		if (dialling.isClosed()) {
			return;
		}
		if (handler == null) {
			dialler.answer(this.address,
					() -> dialler.failed(dialling, DialFailure.UNREACHABLE, "Nobody listens at " + this.address));
			return;
		}
		if (isDuplicate(from, dialling)) {
			dialler.answer(this.address, () -> dialler.dropped(dialling));
			return;
		}
		LinkRefusal refusal = handler.refuse(from, hello);
		if (refusal != null) {
			dialler.answer(this.address, () -> dialler.refused(dialling, DialFailure.REFUSED_BY_PEER, refusal));
			return;
		}
		SimulatedLink link = new SimulatedLink(this.simulation, this, this.session, from, false);
		link.connect(dialling, hello);
		this.links.put(from, link);
		byte[] own = handler.hello();
		dialler.answer(this.address, () -> dialler.answered(dialling, own));
		this.loop.schedule(CONSENT_TIMEOUT, () -> {
			if (link.isPending()) {
				close(link, LinkDown.TIMED_OUT);
			}
		});
	}

	/**
	 * Decide between a dial that has come in and what is there already.
	 */
	private boolean isDuplicate(String from, SimulatedLink dialling) {
		SimulatedLink existing = this.links.get(from);
		if (existing == null) {
			return false;
		}
		if (existing.isDialling()) {
			if (this.address.compareTo(from) < 0) {
				return true;
			}
			this.links.remove(from);
			existing.close(true);
			return false;
		}
		SimulatedLink other = existing.peer();
		boolean sameSession = other != null && other.session() == dialling.session();
		if (sameSession && other != null && !other.isClosed()) {
			return true;
		}
		close(existing, sameSession ? LinkDown.CLOSED : LinkDown.REPLACED);
		return false;
	}

	private void answered(SimulatedLink link, byte[] hello) {
		TransportHandler handler = this.handler;
		if (handler == null || !link.isPending()) {
			return;
		}
		LinkRefusal refusal = handler.refuse(link.address(), hello);
		if (refusal != null) {
			refused(link, DialFailure.REFUSED_BY_US, refusal);
			return;
		}
		Dial dial = this.dials.get(link.address());
		if (dial != null) {
			dial.backoff = FIRST_BACKOFF;
		}
		link.established(hello);
	}

	private void dropped(SimulatedLink link) {
		if (link.isPending()) {
			close(link, LinkDown.HUNG_UP);
		}
	}

	private void refused(SimulatedLink link, DialFailure failure, LinkRefusal refusal) {
		failed(link, failure, refusal.sentence(), refusal);
	}

	private void failed(SimulatedLink link, DialFailure failure, String reason) {
		failed(link, failure, reason, null);
	}

	private void failed(SimulatedLink link, DialFailure failure, String reason, @Nullable LinkRefusal refusal) {
		TransportHandler handler = this.handler;
		if (handler != null && link.isPending() && this.links.remove(link.address(), link)) {
			link.close(true);
			handler.dialFailed(link.address(), failure, reason, refusal);
			redial(link.address());
		}
	}

	void closeLater(SimulatedLink link, LinkDown evidence) {
		this.loop.execute(() -> close(link, evidence));
	}

	/**
	 * Close a link that belongs to this transport, tell the handler if it was up, and
	 * dial again if that is wanted.
	 */
	void close(SimulatedLink link, LinkDown evidence) {
		TransportHandler handler = this.handler;
		if (handler != null && !link.isClosed() && this.links.remove(link.address(), link)) {
			if (link.close(true)) {
				handler.linkDown(link, evidence);
			}
			redial(link.address());
		}
	}

	private void redial(String address) {
		Dial dial = this.dials.get(address);
		if (dial != null) {
			long delay = this.network.random().nextLong(dial.backoff / 2, dial.backoff + 1);
			dial.backoff = Math.min(LONGEST_BACKOFF, dial.backoff * 2);
			this.loop.schedule(Duration.ofMillis(delay), () -> attempt(dial));
		}
	}

	void timeOutLinks(String machine) {
		linksTo(machine).forEach((link) -> closeLater(link, LinkDown.TIMED_OUT));
	}

	void resetLinks(String machine) {
		for (SimulatedLink link : linksTo(machine)) {
			closeLater(link, LinkDown.CLOSED);
			SimulatedLink peer = link.peer();
			if (peer != null) {
				peer.transport().closeLater(peer, LinkDown.CLOSED);
			}
		}
	}

	private List<SimulatedLink> linksTo(String machine) {
		return this.links.values()
			.stream()
			.filter((link) -> SimulatedNetwork.machine(link.address()).equals(machine))
			.toList();
	}

	Stream<String> halfOpen() {
		return this.links.values().stream().filter(SimulatedLink::isHalfOpen).map(SimulatedLink::toString);
	}

	void linkUp(SimulatedLink link) {
		TransportHandler handler = this.handler;
		if (handler != null) {
			handler.linkUp(link);
		}
	}

	void frame(SimulatedLink link, int channel, byte[] frame) {
		TransportHandler handler = this.handler;
		if (handler != null) {
			handler.frame(link, channel, frame);
		}
	}

	void writable(SimulatedLink link) {
		TransportHandler handler = this.handler;
		if (handler != null && link.isUp()) {
			handler.writable(link);
		}
	}

	EventLoop loop() {
		return this.loop;
	}

	String machine() {
		return this.loop.machine();
	}

	@Override
	public String toString() {
		return "SimulatedTransport[" + this.address + "]";
	}

	/**
	 * An address that is wanted.
	 */
	private static final class Dial {

		private final String address;

		private long backoff = FIRST_BACKOFF;

		private Dial(String address) {
			this.address = address;
		}

	}

}
