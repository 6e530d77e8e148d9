package io.horde.cluster.quorum;

import io.horde.crdt.ReplicaId;
import io.horde.time.clock.Moment;
import org.jspecify.annotations.Nullable;

/**
 * A node of a {@link ModelWorld}: the real state machine, with an application that starts
 * what is granted and stops what is lost. Worlds share nodes in which they don't differ.
 */
final class ModelNode implements QuorumListener {

	final int index;

	final ReplicaId id;

	/** The epochs that are claimed or held, 0 for none. */
	final long[] wants = new long[ModelWorld.CHILDREN.size()];

	final long[] lastEpochs = new long[ModelWorld.CHILDREN.size()];

	final @Nullable Moment[] leases = new @Nullable Moment[ModelWorld.CHILDREN.size()];

	private boolean stopped;

	/** The only world that may change this node. */
	@Nullable ModelWorld world;

	final QuorumCore core;

	ModelNode(ReplicaId id, ModelWorld world) {
		this.index = ModelWorld.index(id);
		this.id = id;
		this.world = world;
		this.core = new QuorumCore(id, world.settings, world.now(), this);
		this.core.ready();
	}

	ModelNode(ModelNode other, ModelWorld world) {
		this.index = other.index;
		this.id = other.id;
		this.world = world;
		System.arraycopy(other.wants, 0, this.wants, 0, this.wants.length);
		System.arraycopy(other.lastEpochs, 0, this.lastEpochs, 0, this.wants.length);
		System.arraycopy(other.leases, 0, this.leases, 0, this.wants.length);
		this.core = CoreCopy.of(other.core, this);
	}

	/**
	 * Tell whether its heartbeats say nothing but that it is there.
	 */
	boolean isSilent() {
		return this.core.claimant.held().isEmpty() && this.core.claimant.releases.isEmpty();
	}

	boolean owns(int child, Moment now) {
		Moment end = this.leases[child];
		return end != null && !end.isPast(now);
	}

	/* What has stopped is released (Q10). */
	void settle(Moment now) {
		if (this.stopped) {
			this.stopped = false;
			for (int child = 0; child < this.wants.length; child++) {
				if (this.wants[child] < 0) {
					long epoch = -this.wants[child];
					this.wants[child] = 0;
					this.core.release(ModelWorld.CHILDREN.get(child), epoch, now);
				}
			}
		}
	}

	@Override
	public void send(ReplicaId to, QuorumMessage message) {
		ModelWorld world = this.world;
		if (world != null) {
			world.send(this, to, message);
		}
	}

	@Override
	public void granted(String key, long epoch, Moment end) {
		int child = ModelWorld.CHILDREN.indexOf(key);
		this.leases[child] = end;
		if (this.world != null) {
			this.world.granted(child, epoch);
		}
	}

	@Override
	public void extended(String key, long epoch, Moment end) {
		this.leases[ModelWorld.CHILDREN.indexOf(key)] = end;
	}

	@Override
	public void lost(String key, long epoch) {
		int child = ModelWorld.CHILDREN.indexOf(key);
		this.leases[child] = null;
		if (this.wants[child] > 0) {
			this.wants[child] = -this.wants[child];
			this.stopped = true;
		}
	}

	@Override
	public void refused(String key, long epoch, ClaimRefusal refusal) {
		int child = ModelWorld.CHILDREN.indexOf(key);
		if (this.wants[child] == epoch) {
			this.wants[child] = 0;
		}
	}

	@Override
	public void released(String key, long epoch, boolean agreed) {
	}

	@Override
	public void configured(SeatConfiguration before, SeatConfiguration after) {
	}

}
