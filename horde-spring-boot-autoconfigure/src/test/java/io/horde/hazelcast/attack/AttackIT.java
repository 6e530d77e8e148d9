package io.horde.hazelcast.attack;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

import io.horde.hazelcast.attack.AttackedApplication.Report;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two applications whose sessions are called while everybody attacks them.
 */
class AttackIT {

	private static final Duration ATTACK = Duration.ofSeconds(Integer.getInteger("horde.attack.seconds", 60));

	private static final Duration QUIET = Duration.ofSeconds(8);

	private static final Mode MODE = Mode.valueOf(System.getProperty("horde.attack.mode", Mode.SECRET.name()));

	private static final int LOG_LINES = 100;

	/**
	 * Other tests of this module have the clients of service registries.
	 */
	private static final List<String> UNUSED = List.of("spring-cloud", "eureka", "curator", "zookeeper", "consul",
			"kubernetes");

	private final List<ChildJvm> jvms = new ArrayList<>();

	@AfterEach
	void close() {
		this.jvms.forEach(ChildJvm::close);
	}

	@Test
	void noCallFailsUnderAttack() {
		ChildJvm a = application("a");
		String addressOfA = a.answer();
		ChildJvm b = application("b", "--horde.cluster.members=" + addressOfA);
		String addressOfB = b.answer();
		List<ChildJvm> both = List.of(a, b);
		Awaitility.await()
			.atMost(Duration.ofSeconds(30))
			.until(() -> both.stream().allMatch((jvm) -> jvm.ask("members").equals("2")));
		a.ask("start");
		assertEachRunsOnce(both);
		both.forEach((jvm) -> jvm.ask("call"));
		both.forEach((jvm) -> jvm.ask("report"));
		List<Report> quiet = pass(both, QUIET);
		int logLines = a.logLines() + b.logLines();

		ChildJvm storm = ChildJvm.start("", List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"), AttackIT::isUsed,
				Storm.class.getName(), MODE.name(), port(addressOfA), port(addressOfB));
		this.jvms.add(storm);
		storm.answer();
		List<Report> attacked = pass(both, ATTACK);
		String attacks = storm.ask("");
		storm.close();

		System.out.println(attacks + " attacks in " + ATTACK.toSeconds() + " s. Without: " + text(quiet, QUIET)
				+ "; with: " + text(attacked, ATTACK));
		both.forEach((jvm) -> {
			assertThat(jvm.ask("failures")).as("calls that failed").isEmpty();
			assertThat(jvm.ask("members")).isEqualTo("2");
		});
		assertThat(attacked).allSatisfy((report) -> assertThat(report.calls()).isPositive());
		assertEachRunsOnce(both);
		assertThat(a.logLines() + b.logLines() - logLines).as("lines: %s %s", a.log(), b.log())
			.isLessThanOrEqualTo(LOG_LINES);
	}

	private ChildJvm application(String name, String... more) {
		List<String> program = new ArrayList<>(List.of(AttackedApplication.class.getName(), "--horde.node.name=" + name,
				"--horde.cluster.name=" + Mode.CLUSTER, "--horde.transport.host=127.0.0.1", "--horde.transport.port=0",
				"--spring.main.banner-mode=off"));
		if (MODE == Mode.SECRET) {
			program.add("--horde.transport.secret=" + Mode.VALUE);
		}
		program.addAll(List.of(more));
		ChildJvm jvm = ChildJvm.start("", List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
				AttackIT::isUsed, program.toArray(String[]::new));
		this.jvms.add(jvm);
		return jvm;
	}

	private static boolean isUsed(String path) {
		String name = Path.of(path).getFileName().toString();
		return UNUSED.stream().noneMatch(name::contains);
	}

	private static String port(String address) {
		return Integer.toString(Victims.port(address));
	}

	private static void assertEachRunsOnce(List<ChildJvm> both) {
		assertThat(both.stream().mapToInt((jvm) -> Integer.parseInt(jvm.ask("running"))).sum())
			.isEqualTo(AttackedApplication.SESSIONS);
	}

	private static List<Report> pass(List<ChildJvm> both, Duration duration) {
		List<Report> before = both.stream().map((jvm) -> Report.parse(jvm.ask("report"))).toList();
		long until = System.nanoTime() + duration.toNanos();
		Awaitility.await()
			.pollInterval(1, TimeUnit.SECONDS)
			.atMost(duration.plusSeconds(60))
			.until(() -> System.nanoTime() >= until);
		List<Report> reports = new ArrayList<>();
		for (int i = 0; i < both.size(); i++) {
			Report after = Report.parse(both.get(i).ask("report"));
			reports.add(
					new Report(after.calls(), after.failed(), after.cpu().minus(before.get(i).cpu()), after.longest()));
		}
		return reports;
	}

	private static String text(List<Report> reports, Duration duration) {
		return Arrays.toString(reports.stream()
			.map((report) -> String.format(Locale.ROOT, "%d calls/s, longest %d ms, %d failed, %.0f %% of a processor",
					report.calls() / duration.toSeconds(), report.longest().toMillis(), report.failed(),
					100.0 * report.cpu().toNanos() / duration.toNanos()))
			.toArray());
	}

}
