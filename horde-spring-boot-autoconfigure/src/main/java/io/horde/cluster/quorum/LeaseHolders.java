package io.horde.cluster.quorum;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

import io.horde.cluster.quorum.Leases.Holder;
import io.horde.crdt.ReplicaId;
import io.horde.time.EventLoop;
import io.horde.time.clock.Moment;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the holders of leases what becomes of them, when the quorum has done its part:
 * they may claim and release in turn. Confined to the loop.
 */
final class LeaseHolders implements QuorumListener {

	private static final Logger logger = LoggerFactory.getLogger(LeaseHolders.class);

	private final EventLoop loop;

	private final String self;

	private final Leases.Sender sender;

	private final Map<String, Holder> holders = new HashMap<>();

	private final Map<String, Consumer<Boolean>> releases = new HashMap<>();

	private @Nullable String lastRefusal;

	LeaseHolders(EventLoop loop, String self, Leases.Sender sender) {
		this.loop = loop;
		this.self = self;
		this.sender = sender;
	}

	void put(String key, Holder holder) {
		this.holders.put(key, holder);
	}

	void releasing(String key, Consumer<Boolean> released) {
		this.holders.remove(key);
		this.releases.merge(key, released, Consumer::andThen);
	}

	boolean isReleasing() {
		return !this.releases.isEmpty();
	}

	@Nullable String lastRefusal() {
		return this.lastRefusal;
	}

	@Override
	public void send(ReplicaId to, QuorumMessage message) {
		this.sender.send(to, QuorumFrames.encode(message));
	}

	@Override
	public void granted(String key, long epoch, Moment end) {
		tell(key, (holder) -> holder.granted(end));
	}

	@Override
	public void extended(String key, long epoch, Moment end) {
		tell(key, (holder) -> holder.extended(end));
	}

	@Override
	public void lost(String key, long epoch) {
		Holder holder = this.holders.remove(key);
		if (holder != null) {
			this.loop.execute(holder::lost);
		}
	}

	@Override
	public void refused(String key, long epoch, ClaimRefusal refusal) {
		Holder holder = this.holders.remove(key);
		this.lastRefusal = "'" + key + "': " + refusal.reason();
		if (holder != null) {
			this.loop.execute(() -> holder.refused(refusal));
		}
	}

	@Override
	public void released(String key, long epoch, boolean agreed) {
		Consumer<Boolean> released = this.releases.remove(key);
		if (released != null) {
			this.loop.execute(() -> released.accept(agreed));
		}
	}

	@Override
	public void configured(SeatConfiguration before, SeatConfiguration after) {
		logger.info("{}: configuration {} of the voting seats is in force: {}", this.self, after.id(), after.seats());
	}

	private void tell(String key, Consumer<Holder> what) {
		Holder holder = this.holders.get(key);
		if (holder != null) {
			this.loop.execute(() -> {
				if (this.holders.get(key) == holder) {
					what.accept(holder);
				}
			});
		}
	}

}
