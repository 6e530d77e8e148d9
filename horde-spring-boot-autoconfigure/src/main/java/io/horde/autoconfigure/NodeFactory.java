package io.horde.autoconfigure;

import java.util.UUID;

import io.horde.StartupMistakeException;
import io.horde.cluster.MemberSource;
import io.horde.cluster.protocol.Expelled;
import io.horde.node.Comeback;
import io.horde.node.HordeNode;
import io.horde.node.HordeSettings;
import io.horde.node.UserCode;
import io.horde.process.engine.ProcessType;
import io.horde.registry.CallInterceptor;
import io.horde.time.EventLoop;
import io.horde.transport.Transport;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Builds the node for each start of the application: another incarnation of it every
 * time.
 */
final class NodeFactory {

	private final EventLoop loop;

	private final Transport transport;

	private final UserCode user;

	private final Strategies strategies;

	private final NodeSettings settings;

	private final ConfigurableApplicationContext context;

	private final ObjectProvider<CallInterceptor> interceptors;

	NodeFactory(EventLoop loop, Transport transport, UserCode user, Strategies strategies, NodeSettings settings,
			ConfigurableApplicationContext context, ObjectProvider<CallInterceptor> interceptors) {
		this.loop = loop;
		this.transport = transport;
		this.user = user;
		this.strategies = strategies;
		this.settings = settings;
		this.context = context;
		this.interceptors = interceptors;
	}

	EventLoop loop() {
		return this.loop;
	}

	void onOwnThread(String name, Runnable task) {
		this.user.executor().executeOnOwnThread(name, task);
	}

	Comeback comeback(Expelled expelled, Runnable begin) {
		return new Comeback(this.loop, this.transport, expelled, begin);
	}

	/**
	 * Build a node.
	 * @param source where members are looked for
	 * @param above the incarnation of the start before, or 0
	 * @return the node, which has not started
	 */
	HordeNode create(MemberSource source, long above) {
		HordeSettings settings = this.settings.core(!source.expectsOthers(), checkStrategies());
		long seed = UUID.randomUUID().getMostSignificantBits();
		HordeNode node = new HordeNode(this.loop, this.transport, this.user,
				settings.with(settings.membership().withIncarnationAbove(above)), seed);
		node.holdBack();
		NodeEvents events = new NodeEvents(this.context, this.user.executor());
		node.membership().addListener(events);
		node.registry().onConflict(events::publish);
		node.supervisor().onEvent(events::publish);
		node.schedules().onEvent(events::publish);
		this.interceptors.orderedStream().forEach(node.registry()::addCallInterceptor);
		return node;
	}

	/* Returns whether any needs a quorum. */
	private boolean checkStrategies() {
		boolean quorum = checkQuorum(
				this.strategies.require("", "The property " + Strategies.PROPERTY).requiresQuorum(),
				"The default distribution strategy");
		for (ProcessType type : this.user.factory().types()) {
			String where = "The process type '" + type.name() + "'";
			quorum |= checkQuorum(this.strategies.require(type.distribution(), where).requiresQuorum(), where);
		}
		return quorum;
	}

	private boolean checkQuorum(boolean requiresQuorum, String where) {
		if (requiresQuorum && this.settings.seats() == 0) {
			throw new StartupMistakeException(
					where + " requires a quorum, and it is not known how many nodes the cluster is going to have.",
					"Set horde.cluster.expected-size to the number of nodes, or list all of them in "
							+ "horde.cluster.members. Where no quorum is wanted, use another strategy, for example "
							+ Strategies.PROPERTY + "=uniform.");
		}
		return requiresQuorum;
	}

}
