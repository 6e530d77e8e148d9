package io.horde.sample;

import java.util.stream.Collectors;

import io.horde.cluster.HordeCluster;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Tells whoever started the node what to look at and what to break.
 */
@Component
class Greeting {

	private static final Log logger = LogFactory.getLog(Greeting.class);

	private final HordeCluster cluster;

	private final Environment environment;

	Greeting(HordeCluster cluster, Environment environment) {
		this.cluster = cluster;
		this.environment = environment;
	}

	@EventListener(ApplicationReadyEvent.class)
	void greet() {
		String members = this.cluster.members()
			.stream()
			.map((member) -> member.name() + " " + member.status())
			.collect(Collectors.joining(", "));
		String url = "http://localhost:" + this.environment.getProperty("local.server.port");
		long pid = ProcessHandle.current().pid();
		logger.info(
				"This is %s at %s, pid %d. Members: %s. Try: curl -X POST %s/sessions/a; curl %s/actuator/horde; kill -9 %d"
					.formatted(this.cluster.self().name(), this.cluster.self().address(), pid, members, url, url, pid));
	}

}
