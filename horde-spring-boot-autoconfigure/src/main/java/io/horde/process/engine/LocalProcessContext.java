package io.horde.process.engine;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

import io.horde.HordeException;
import io.horde.process.Cancellable;
import io.horde.process.ProcessContext;
import io.horde.process.StartReason;
import io.horde.process.StopReason;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * A process's view of itself.
 */
final class LocalProcessContext implements ProcessContext {

	private final LocalProcess process;

	private final String node;

	private final EventLoop loop;

	private final Mailbox mailbox;

	/**
	 * Touched on the loop only; closed when {@code null}.
	 */
	private @Nullable Set<ScheduledTask> scheduled = new LinkedHashSet<>();

	LocalProcessContext(LocalProcess process, String node, EventLoop loop, Mailbox mailbox) {
		this.process = process;
		this.node = node;
		this.loop = loop;
		this.mailbox = mailbox;
	}

	LocalProcess process() {
		return this.process;
	}

	@Override
	public String id() {
		return this.process.id();
	}

	@Override
	public String type() {
		return this.process.order().type();
	}

	@Override
	public Optional<String> name() {
		return Optional.ofNullable(this.process.name());
	}

	@Override
	public int instance() {
		return this.process.order().instance();
	}

	@Override
	public String node() {
		return this.node;
	}

	@Override
	public boolean isOwner() {
		return this.process.isOwner();
	}

	@Override
	public boolean isStopping() {
		return this.process.isStopping();
	}

	@Override
	public Duration ownedFor() {
		return this.process.ownership().remaining();
	}

	@Override
	public long fencingToken() {
		return this.process.epoch();
	}

	@Override
	public StartReason startReason() {
		return this.process.order().reason();
	}

	@Override
	public void execute(Runnable task) {
		if (!this.mailbox.put(task, true)) {
			throw new HordeException("The mailbox of process " + id() + " on node " + this.node
					+ " is full: it hands itself more tasks than it works off");
		}
	}

	@Override
	public Cancellable schedule(Duration delay, Runnable task) {
		return start(new ScheduledTask(delay, task, false));
	}

	@Override
	public Cancellable scheduleWithFixedDelay(Duration delay, Runnable task) {
		return start(new ScheduledTask(delay, task, true));
	}

	@Override
	public void exit() {
		this.loop.execute(() -> this.process.lifecycle().exited(new End(End.Kind.EXITED, StopReason.NORMAL, null)));
	}

	@Override
	public void fail(Throwable cause) {
		this.loop.execute(() -> this.process.lifecycle().exited(new End(End.Kind.FAILED, StopReason.ERROR, cause)));
	}

	/**
	 * End the scheduled tasks, on the loop.
	 */
	void close() {
		if (this.scheduled != null) {
			this.scheduled.forEach(ScheduledTask::disarm);
			this.scheduled = null;
		}
	}

	private Cancellable start(ScheduledTask task) {
		this.loop.execute(task::arm);
		return task;
	}

	@Override
	public String toString() {
		return "ProcessContext[id=" + id() + ", type=" + type() + ", node=" + this.node + ", epoch="
				+ this.process.epoch() + "]";
	}

	/**
	 * A task whose timer is on the loop and whose runs are in the mailbox.
	 */
	private final class ScheduledTask implements Cancellable {

		private final Duration delay;

		private final Runnable task;

		private final boolean repeat;

		private volatile boolean cancelled;

		private EventLoop.@Nullable Timer timer;

		ScheduledTask(Duration delay, Runnable task, boolean repeat) {
			this.delay = delay;
			this.task = task;
			this.repeat = repeat;
		}

		private void arm() {
			Set<ScheduledTask> scheduled = LocalProcessContext.this.scheduled;
			if (scheduled != null && !this.cancelled) {
				scheduled.add(this);
				this.timer = LocalProcessContext.this.loop.schedule(this.delay, this::due);
			}
		}

		private void due() {
			Set<ScheduledTask> scheduled = LocalProcessContext.this.scheduled;
			if (scheduled != null && scheduled.remove(this)) {
				LocalProcessContext.this.mailbox.put(this::run, false);
			}
		}

		private void run() {
			if (this.cancelled) {
				return;
			}
			this.task.run();
			if (this.repeat) {
				LocalProcessContext.this.loop.execute(this::arm);
			}
		}

		private void disarm() {
			if (this.timer != null) {
				this.timer.cancel();
			}
		}

		@Override
		public void cancel() {
			this.cancelled = true;
			LocalProcessContext.this.loop.execute(() -> {
				disarm();
				if (LocalProcessContext.this.scheduled != null) {
					LocalProcessContext.this.scheduled.remove(this);
				}
			});
		}

	}

}
