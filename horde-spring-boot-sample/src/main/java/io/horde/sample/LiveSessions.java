package io.horde.sample;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * The session beans that are alive in this JVM, as they themselves report when they begin
 * and end. It asks nothing of Horde, so that it shows what really runs, whatever Horde's
 * tables say; two beans of one session are two entries.
 */
@Component
class LiveSessions {

	private final Set<DeviceSession> sessions = ConcurrentHashMap.newKeySet();

	private final ObjectProvider<Recorder> recorder;

	LiveSessions(ObjectProvider<Recorder> recorder) {
		this.recorder = recorder;
	}

	void add(DeviceSession session) {
		this.sessions.add(session);
		this.recorder.ifAvailable((recorder) -> recorder.started(session));
	}

	void remove(DeviceSession session) {
		this.sessions.remove(session);
		this.recorder.ifAvailable((recorder) -> recorder.ended(session));
	}

	List<SessionView> views() {
		return this.sessions.stream().map(DeviceSession::view).toList();
	}

}
