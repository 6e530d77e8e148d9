package io.horde.hazelcast.attack;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.BooleanSupplier;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import com.sun.management.OperatingSystemMXBean;
import io.horde.hazelcast.HazelcastTransportSettings;
import io.horde.hazelcast.TestNode;
import io.horde.transport.Channels;
import io.horde.transport.Link;
import org.slf4j.LoggerFactory;

/**
 * Two linked nodes, or one alone, in a JVM of their own. Each line of standard input is a
 * command.
 */
public final class VictimNodes {

	/**
	 * Argument that says that there is a second node.
	 */
	static final String PAIR = "pair";

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private final TestNode a;

	private final TestNode b;

	private VictimNodes(Mode mode, boolean pair) {
		this.a = start(mode, "a");
		this.b = pair ? start(mode, "b") : this.a;
		if (pair) {
			this.a.dial(this.b.address());
			this.a.linkTo(this.b.address());
			this.b.linkTo(this.a.address());
		}
	}

	private static TestNode start(Mode mode, String name) {
		return TestNode.start(name,
				(settings) -> HazelcastTransportSettings.defaults(settings.host(), 0, Mode.CLUSTER, name)
					.withSecurity(mode.security()));
	}

	/**
	 * Run until standard input ends.
	 * @param args the mode, and whether there is a second node
	 * @throws IOException if standard input can't be read
	 */
	public static void main(String[] args) throws IOException {
		// As an application has it
		((Logger) LoggerFactory.getLogger("io.horde")).setLevel(Level.INFO);
		Thread.setDefaultUncaughtExceptionHandler((thread, ex) -> {
			ex.printStackTrace();
			System.exit(1);
		});
		VictimNodes nodes = new VictimNodes(Mode.valueOf(args[0]), args[1].equals(PAIR));
		ChildJvm.answer(nodes.a.address() + " " + nodes.b.address());
		BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
		String command = input.readLine();
		while (command != null) {
			String[] words = command.split(" ");
			ChildJvm.answer(nodes.run(words[0], (words.length > 1) ? words[1] : ""));
			command = input.readLine();
		}
		System.exit(0);
	}

	private String run(String command, String argument) {
		return switch (command) {
			case "measure" -> measure().toString();
			case "talk" -> Boolean.toString(this.a == this.b || talk(this.a, this.b) && talk(this.b, this.a));
			case "dial" -> {
				this.a.dial(argument);
				yield "";
			}
			case "hang-up" -> {
				this.a.hangUp(argument);
				yield "";
			}
			case "linked" -> Boolean.toString(this.a.handler().link(argument) != null);
			default -> throw new IllegalArgumentException(command);
		};
	}

	private static boolean talk(TestNode from, TestNode to) {
		Link link = from.handler().link(to.address());
		int before = to.handler().frames().size();
		return link != null && from.send(link, Channels.REPLICATION, new byte[10_000])
				&& from.send(link, Channels.CLUSTER, new byte[10])
				&& within(() -> to.handler().frames().size() == before + 2);
	}

	private static boolean within(BooleanSupplier condition) {
		long until = System.nanoTime() + PATIENCE.toNanos();
		while (!condition.getAsBoolean()) {
			if (System.nanoTime() > until) {
				return false;
			}
			Thread.onSpinWait();
		}
		return true;
	}

	private Measure measure() {
		System.gc();
		String[] descriptors = new File("/proc/self/fd").list();
		long cpu = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
		return new Measure(ManagementFactory.getThreadMXBean().getThreadCount(),
				(descriptors != null) ? descriptors.length : 0,
				ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(), Duration.ofNanos(cpu),
				downs(this.a, this.b) + downs(this.b, this.a));
	}

	private static int downs(TestNode node, TestNode peer) {
		return (int) node.handler()
			.downs()
			.stream()
			.filter((down) -> down.link().address().equals(peer.address()))
			.count();
	}

	/**
	 * What the JVM uses.
	 *
	 * @param threads live threads
	 * @param descriptors open descriptors
	 * @param heap bytes that are used after a garbage collection
	 * @param cpu processor time since the start
	 * @param downs how many links have gone down since the start
	 */
	record Measure(int threads, int descriptors, long heap, Duration cpu, int downs) {

		static Measure parse(String text) {
			String[] words = text.split(" ");
			return new Measure(Integer.parseInt(words[0]), Integer.parseInt(words[1]), Long.parseLong(words[2]),
					Duration.parse(words[3]), Integer.parseInt(words[4]));
		}

		@Override
		public String toString() {
			return this.threads + " " + this.descriptors + " " + this.heap + " " + this.cpu + " " + this.downs;
		}

	}

}
