package io.horde.registry.calls;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;

import io.horde.HordeException;
import io.horde.cluster.membership.Membership;
import io.horde.crdt.ReplicaId;
import io.horde.process.engine.ProcessRuntime;
import io.horde.registry.CallInterceptor;
import io.horde.registry.names.RegistrationTable;
import io.horde.registry.names.RegistrySettings;
import io.horde.time.EventLoop;
import io.horde.transport.Channels;
import io.horde.wire.MalformedFrameException;
import io.horde.wire.Payloads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls by name, as one node makes and serves them.
 */
public final class Calls implements CallMessage.Receiver {

	private static final int MIN_WAITING_BYTES = 1 << 20;

	private static final Logger logger = LoggerFactory.getLogger(Calls.class);

	private final CallParts parts;

	private final CallClient client;

	private final CallServer server;

	private final CallProxies proxies;

	private final Set<ReplicaId> reported = new LinkedHashSet<>();

	private boolean started;

	/**
	 * Creates the calls of a node, and adds them to the membership, which is not started
	 * yet.
	 * @param loop the event loop
	 * @param membership the members
	 * @param names where processes are
	 * @param runtime the processes of this node
	 * @param payloads encodes arguments and results
	 * @param settings the settings
	 * @param seed for the delays of calls that are made again
	 */
	public Calls(EventLoop loop, Membership membership, RegistrationTable names, ProcessRuntime runtime,
			Payloads payloads, RegistrySettings settings, long seed) {
		this.parts = new CallParts(loop, membership, names, runtime, payloads, new Interceptors(), settings,
				new LongAdder(), new SplittableRandom(seed));
		CallFrames frames = new CallFrames(membership, Math.max(MIN_WAITING_BYTES, 4 * payloads.maxSize()));
		this.client = new CallClient(this.parts, frames);
		this.server = new CallServer(this.parts, frames);
		this.proxies = new CallProxies(this.parts, this.client);
		membership.addListener(this.client.remote());
		membership.addListener(frames);
		membership.addListener(this.server);
		membership.onFrame(Channels.REGISTRY, this::received);
	}

	public CallProxies proxies() {
		return this.proxies;
	}

	/**
	 * Accept calls of other nodes from now on. Called on the loop.
	 */
	public void start() {
		this.started = true;
	}

	/**
	 * End all calls. Called on the loop.
	 */
	public void stop() {
		this.started = false;
		this.client.stop();
	}

	/**
	 * End all calls, because this node is out of the cluster. Called on the loop.
	 * @param failure what those that did not run end with, and all that are made from now
	 * on
	 */
	public void expelled(HordeException failure) {
		this.started = false;
		this.client.expelled(failure);
	}

	/**
	 * Add an interceptor. Called before the start.
	 */
	public void addInterceptor(CallInterceptor interceptor) {
		this.parts.interceptors().add(interceptor);
	}

	/**
	 * Set how calls learn that a name which nobody holds will be held again soon.
	 */
	public void expect(Predicate<String> expected) {
		this.client.absent().expect(expected);
	}

	/**
	 * The name looks different: what waits for it may go on.
	 */
	public void nameChanged(String name) {
		this.client.absent().nameChanged(name);
	}

	/**
	 * Return how many calls wait for an answer. May be called from any thread.
	 */
	public int pending() {
		return this.client.calls().sentCount();
	}

	/**
	 * Return how many calls wait for a process, or for room. May be called from any
	 * thread.
	 */
	public int waiting() {
		return this.client.calls().waitingCount();
	}

	/**
	 * Return how many calls ran here. May be called from any thread.
	 */
	public long executed() {
		return this.parts.executed().sum();
	}

	private void received(ReplicaId from, byte[] frame) {
		CallMessage message;
		try {
			message = CallMessage.of(frame);
		}
		catch (MalformedFrameException ex) {
			if (this.reported.add(from)) {
				logger.warn("Dropped a malformed frame about calls from {}: {}. More of them are logged as DEBUG.",
						from, ex.getMessage());
			}
			else {
				logger.debug("Dropped a malformed frame about calls from {}", from, ex);
			}
			return;
		}
		message.deliver(from, this);
	}

	@Override
	public void requested(ReplicaId from, CallMessage.Request request) {
		if (this.started) {
			this.server.requested(from, request);
		}
	}

	@Override
	public void returned(ReplicaId from, CallMessage.Result result) {
		this.client.remote().returned(from, result);
	}

	@Override
	public void failed(ReplicaId from, CallMessage.Failure failure) {
		this.client.remote().failed(from, failure);
	}

	@Override
	public void cancelled(ReplicaId from, CallMessage.Cancel cancel) {
		this.server.cancelled(from, cancel.id());
	}

}
