package io.horde.hazelcast.attack;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.horde.hazelcast.HazelcastTransportSettings;
import io.horde.hazelcast.TestNode;
import io.horde.hazelcast.attack.VictimNodes.Measure;
import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The attacked nodes, as somebody sees them who may ask them. A third node, in the JVM of
 * the test, is linked to the first, and links anew when an attack is over.
 */
final class Victims implements AutoCloseable {

	/**
	 * How long after an attack everything may take.
	 */
	static final Duration RECOVERY = Duration.ofSeconds(5);

	/**
	 * So that a JVM whose heap can be filled by strangers ends.
	 */
	private static final List<String> LITTLE_MEMORY = List.of("-Xmx96m", "-XX:+ExitOnOutOfMemoryError",
			"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

	/**
	 * Each open archive on the class path takes a descriptor.
	 */
	private static final List<String> NEEDED = List.of("classes", "hazelcast", "slf4j-api", "logback", "awaitility",
			"hamcrest", "jspecify", "assertj", "byte-buddy", "jackson");

	private static final int LOG_LINES = 20;

	private final Mode mode;

	private final ChildJvm jvm;

	private final List<String> addresses;

	private final TestNode newcomer;

	private int logLinesBefore;

	private Measure before;

	private Victims(Mode mode, ChildJvm jvm, String addresses) {
		this.mode = mode;
		this.jvm = jvm;
		this.addresses = List.of(addresses.split(" "));
		this.newcomer = TestNode.start("newcomer",
				(settings) -> HazelcastTransportSettings.defaults(settings.host(), 0, Mode.CLUSTER, "newcomer")
					.withSecurity(mode.security()));
		join();
		// Where classes lie in directories, each that is loaded takes a descriptor for a
		// moment: load now what is needed when a link ends and a stranger is refused.
		RawAttacks.untilClosed(() -> RawAttacks.send(port(), new byte[1]));
		join();
		this.before = measure();
	}

	static Victims pair(Mode mode) {
		return launch(mode, VictimNodes.PAIR, "");
	}

	/**
	 * Start one node that may have so many descriptors.
	 * @param mode how its links are secured
	 * @param descriptors the limit
	 * @return the node
	 */
	static Victims withDescriptors(Mode mode, int descriptors) {
		return launch(mode, "alone", "ulimit -n " + descriptors + "; ");
	}

	private static Victims launch(Mode mode, String nodes, String before) {
		ChildJvm jvm = ChildJvm.start(before, LITTLE_MEMORY,
				(path) -> NEEDED.stream().anyMatch(Path.of(path).getFileName().toString()::contains),
				VictimNodes.class.getName(), mode.name(), nodes);
		try {
			return new Victims(mode, jvm, jvm.answer());
		}
		catch (RuntimeException | Error ex) {
			jvm.close();
			throw ex;
		}
	}

	Mode mode() {
		return this.mode;
	}

	/**
	 * Return the address of the first node.
	 * @return {@code host:port}
	 */
	String address() {
		return this.addresses.get(0);
	}

	int port() {
		return port(address());
	}

	/**
	 * Return the address of the second node.
	 * @return {@code host:port}
	 */
	String other() {
		return this.addresses.get(1);
	}

	static int port(String address) {
		return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
	}

	TestNode newcomer() {
		return this.newcomer;
	}

	Measure measure() {
		return Measure.parse(this.jvm.ask("measure"));
	}

	/**
	 * Return what was measured before the attack.
	 * @return the measure
	 */
	Measure before() {
		return this.before;
	}

	/**
	 * Tell the first node to dial an address.
	 * @param address the address
	 */
	void dial(String address) {
		this.jvm.ask("dial " + address);
	}

	void hangUp(String address) {
		this.jvm.ask("hang-up " + address);
	}

	boolean isLinkedTo(String address) {
		return Boolean.parseBoolean(this.jvm.ask("linked " + address));
	}

	/**
	 * End the link of the third node to the first, if there is one, and link it anew.
	 * @return how long it took until both had the link
	 */
	Duration join() {
		this.newcomer.hangUp(address());
		Awaitility.await()
			.pollInterval(Duration.ofMillis(10))
			.until(() -> this.newcomer.handler().link(address()) == null && !isLinkedTo(this.newcomer.address()));
		long begin = System.nanoTime();
		this.newcomer.dial(address());
		this.newcomer.linkTo(address());
		Awaitility.await().pollInterval(Duration.ofMillis(10)).until(() -> isLinkedTo(this.newcomer.address()));
		return Duration.ofNanos(System.nanoTime() - begin);
	}

	/**
	 * Take what is now for what was before the attack.
	 */
	void begin() {
		this.before = measure();
		this.logLinesBefore = this.jvm.logLines();
	}

	/**
	 * Check what has to hold when an attack is over: nobody was harmed, and nothing is
	 * left of it.
	 */
	void assertUnharmed() {
		assertThat(this.jvm.isAlive()).as("the attacked JVM runs: %s", this.jvm.log()).isTrue();
		assertThat(measure().downs()).as("links that went down").isEqualTo(this.before.downs());
		assertThat(this.jvm.ask("talk")).as("frames pass both ways").isEqualTo("true");
		assertThat(join()).as("until a third node had joined").isLessThan(RECOVERY);
		assertThat(this.jvm.logLines() - this.logLinesBefore).as("log lines: %s", this.jvm.log())
			.isLessThanOrEqualTo(LOG_LINES);
		Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50)).untilAsserted(() -> {
			Measure now = measure();
			assertThat(now.threads()).as("threads").isLessThanOrEqualTo(withinTenPercent(this.before.threads()));
			assertThat(now.descriptors()).as("descriptors")
				.isLessThanOrEqualTo(withinTenPercent(this.before.descriptors()));
			assertThat((double) now.heap()).as("heap").isLessThanOrEqualTo(this.before.heap() * 1.1);
		});
	}

	private static int withinTenPercent(int before) {
		return before + before / 10;
	}

	@Override
	public void close() {
		this.jvm.close();
		this.newcomer.close();
	}

}
