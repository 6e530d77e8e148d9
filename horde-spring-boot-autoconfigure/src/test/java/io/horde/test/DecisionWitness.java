package io.horde.test;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

import io.horde.cluster.membership.MembershipView;
import io.horde.crdt.ReplicaId;
import io.horde.node.HordeNode;
import io.horde.node.HordeSettings;
import io.horde.node.UserCode;
import io.horde.process.engine.ProcessExecutor;
import io.horde.replication.WriteMark;
import io.horde.time.EventLoop;
import io.horde.transport.Transport;
import org.jspecify.annotations.Nullable;

/**
 * Makes nodes, and remembers what each saw when it handed over the task of users' code
 * that runs now.
 */
final class DecisionWitness {

	/*
	 * An answer is decided on the node's loop and told on a thread of its users, which
	 * may be a while later. What it promises is judged by the members of the former
	 * moment.
	 */

	private final Map<ReplicaId, HordeNode> nodes = new HashMap<>();

	private @Nullable Decided decided;

	HordeNode create(EventLoop loop, Transport transport, UserCode user, HordeSettings settings, long seed) {
		WitnessedExecutor witnessed = new WitnessedExecutor(user.executor());
		HordeNode node = new HordeNode(loop, transport,
				new UserCode(user.factory(), witnessed, user.codec(), user.strategies(), user.resolver()), settings,
				seed);
		witnessed.node = node;
		this.nodes.put(node.membership().selfId(), node);
		return node;
	}

	/**
	 * Return the other members that the node whose task runs now saw up when it handed
	 * the task over. Some of them may have been dead already.
	 */
	List<HordeNode> othersSeen() {
		MembershipView seen = decided().seen;
		return seen.up()
			.stream()
			.filter((member) -> !member.id().equals(seen.self()))
			.map((member) -> Objects.requireNonNull(this.nodes.get(member.id())))
			.toList();
	}

	/**
	 * Return up to where the node whose task runs now had written when it handed the task
	 * over.
	 */
	WriteMark written() {
		return decided().written;
	}

	private Decided decided() {
		if (this.decided == null) {
			throw new IllegalStateException("No task of users' code runs");
		}
		return this.decided;
	}

	/**
	 * The moment of a decision.
	 *
	 * @param seen the members that its node saw
	 * @param written up to where its node had written
	 */
	private record Decided(MembershipView seen, WriteMark written) {

		static Decided by(HordeNode node) {
			return new Decided(node.membership().view(), WriteMark.of(node.replicator()));
		}

	}

	/**
	 * The executor of one node.
	 */
	private final class WitnessedExecutor implements ProcessExecutor {

		private final ProcessExecutor executor;

		private @Nullable HordeNode node;

		WitnessedExecutor(ProcessExecutor executor) {
			this.executor = executor;
		}

		private Runnable witnessed(Runnable task) {
			Decided present = (this.node != null) ? Decided.by(this.node) : null;
			return () -> {
				Decided before = DecisionWitness.this.decided;
				DecisionWitness.this.decided = present;
				try {
					task.run();
				}
				finally {
					DecisionWitness.this.decided = before;
				}
			};
		}

		@Override
		public void execute(Runnable task) {
			this.executor.execute(witnessed(task));
		}

		@Override
		public void executeOnOwnThread(String name, Runnable task) {
			this.executor.executeOnOwnThread(name, witnessed(task));
		}

		@Override
		public <T> T blocking(Callable<T> wait) throws Exception {
			return this.executor.blocking(wait);
		}

		@Override
		public void abandon(Thread thread) {
			this.executor.abandon(thread);
		}

	}

}
