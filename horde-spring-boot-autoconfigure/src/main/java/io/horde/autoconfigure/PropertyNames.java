package io.horde.autoconfigure;

import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import io.horde.cluster.membership.MembershipSettings;
import io.horde.node.HordeSettings;
import io.horde.process.engine.ProcessSettings;
import io.horde.registry.names.RegistrySettings;
import io.horde.replication.ReplicationSettings;
import io.horde.supervisor.ownership.SupervisorSettings;

/**
 * The configuration properties behind the settings of the core.
 */
final class PropertyNames {

	private static final Pattern COMPONENT = Pattern.compile("\\{(\\w+)\\}");

	/** Where the components of a record are, unless they are listed below. */
	private static final Map<Class<? extends Record>, String> GROUPS = Map.of(MembershipSettings.class, "cluster",
			ReplicationSettings.class, "replication", RegistrySettings.class, "registry", SupervisorSettings.class,
			"supervisor", ProcessSettings.class, "supervisor", HordeSettings.class, "transport");

	private static final Map<String, String> ELSEWHERE = Map.ofEntries(Map.entry("nodeName", "node.name"),
			Map.entry("labels", "node.labels"), Map.entry("weight", "node.weight"),
			Map.entry("version", "node.version"), Map.entry("clusterName", "cluster.name"),
			Map.entry("stopMargin", "quorum.stop-margin"),
			Map.entry("heartbeatInterval", "failure-detection.heartbeat-interval"),
			Map.entry("silenceTimeout", "failure-detection.silence-timeout"),
			Map.entry("confirmTimeout", "failure-detection.confirm-timeout"),
			Map.entry("indirectProbes", "failure-detection.indirect-probes"),
			Map.entry("overlayAbove", "transport.overlay-above"),
			Map.entry("mailboxCapacity", "registry.mailbox-capacity"),
			Map.entry("activeRedistribution", "supervisor.redistribution"),
			Map.entry("backoffInitial", "supervisor.backoff.initial"),
			Map.entry("backoffMax", "supervisor.backoff.max"), Map.entry("drainTimeout", "shutdown.drain-timeout"));

	private PropertyNames() {
	}

	/**
	 * Return the property that sets a component.
	 * @param settings the record
	 * @param component its component, maybe with a key of a map behind a dot
	 */
	static String of(Class<? extends Record> settings, String component) {
		int dot = component.indexOf('.');
		String name = (dot < 0) ? component : component.substring(0, dot);
		String property = ELSEWHERE.get(name);
		if (property == null) {
			property = GROUPS.get(settings) + "." + name.replaceAll("[A-Z]", "-$0").toLowerCase(Locale.ROOT);
		}
		return "horde." + property + component.substring(name.length());
	}

	/**
	 * Return a sentence with properties in place of components in braces.
	 */
	static String in(String sentence, Class<? extends Record> settings) {
		return COMPONENT.matcher(sentence).replaceAll((MatchResult match) -> of(settings, match.group(1)));
	}

}
