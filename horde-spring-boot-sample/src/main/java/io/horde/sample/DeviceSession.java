package io.horde.sample;

import java.util.concurrent.atomic.AtomicLong;

import io.horde.process.HordeProcess;
import io.horde.process.ProcessContext;
import io.horde.process.StateHandoff;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;

/**
 * The session of one device: started on demand, on one node of the cluster, with a
 * counter that it takes along when it moves.
 */
@HordeProcess(autoStartup = false)
class DeviceSession implements SessionApi, StateHandoff<Long> {

	private final ProcessContext context;

	private final LiveSessions liveSessions;

	private final AtomicLong count = new AtomicLong();

	DeviceSession(ProcessContext context, LiveSessions liveSessions) {
		this.context = context;
		this.liveSessions = liveSessions;
	}

	@PostConstruct
	void begin() {
		this.liveSessions.add(this);
	}

	@PreDestroy
	void end() {
		this.liveSessions.remove(this);
	}

	ProcessContext context() {
		return this.context;
	}

	@Override
	public SessionView view() {
		return new SessionView(SessionView.id(this.context.id()), this.context.id(), this.context.node(),
				this.context.fencingToken(), this.count.get());
	}

	@Override
	public SessionView increment() {
		this.count.incrementAndGet();
		return view();
	}

	@Override
	public Long handOff() {
		return this.count.get();
	}

	@Override
	public void takeOver(Long state) {
		this.count.set(state);
	}

}
