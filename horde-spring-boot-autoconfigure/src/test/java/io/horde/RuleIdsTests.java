package io.horde;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each rule that code or tests cite, and each message, stands in docs/protocol.md, and
 * nothing stands there that nobody knows any more.
 */
class RuleIdsTests {

	private static final Path PAGE = Path.of("../docs/protocol.md");

	private static final List<String> FAMILIES = List.of("io.horde.cluster.protocol.ClusterMessage",
			"io.horde.replication.protocol.Message", "io.horde.cluster.quorum.QuorumMessage",
			"io.horde.supervisor.engine.SupervisorMessage", "io.horde.schedule.records.ScheduleMessage",
			"io.horde.registry.calls.CallMessage");

	@Test
	void rulesInTheSourcesAreThoseOfThePage() throws IOException {
		SortedSet<String> cited = new TreeSet<>();
		sources().forEach((source) -> cited.addAll(ProtocolPage.cited(source)));
		assertThat(cited).isEqualTo(page().rules());
	}

	@Test
	void messagesAreThoseOfThePage() throws IOException, ClassNotFoundException {
		Map<String, SortedSet<String>> messages = new TreeMap<>();
		for (String family : FAMILIES) {
			Class<?> type = Class.forName(family);
			messages.put(type.getSimpleName(),
					records(type).map(Class::getSimpleName).collect(Collectors.toCollection(TreeSet::new)));
		}
		assertThat(messages).isEqualTo(page().messages());
	}

	@Test
	void citationsOfRulesAndSwitchesAreFound() {
		String rule = "R" + 98;
		assertThat(
				ProtocolPage.cited("/* As " + rule + " says, and (" + rule + "); not x" + rule + " or A" + 98 + ". */"))
			.containsExactly(rule);
		assertThat(ProtocolPage.cited("breaks(Rule." + rule + "_AT_ONCE)")).containsExactly(rule, rule + "_AT_ONCE");
	}

	@Test
	void definitionsOfThePageAreFound() {
		String rule = "R" + 98;
		assertThat(new ProtocolPage("""
				Only **mentioned**.

				**%1$s** A rule. Switch: `%1$s_AT_ONCE`.

				### `SomeMessage`

				| message | from |
				|---|---|
				| `Ask` | a member |
				| `Answer` | who was asked, as `Other` |

				## Next

				| `None` | |
				""".formatted(rule))).satisfies((page) -> {
			assertThat(page.rules()).containsExactly(rule, rule + "_AT_ONCE");
			assertThat(page.messages()).containsOnlyKeys("SomeMessage")
				.extractingByKey("SomeMessage")
				.isEqualTo(new TreeSet<>(List.of("Answer", "Ask")));
		});
	}

	private static Stream<Class<?>> records(Class<?> type) {
		return type.isSealed() ? Arrays.stream(type.getPermittedSubclasses()).flatMap(RuleIdsTests::records)
				: Stream.of(type);
	}

	private static ProtocolPage page() throws IOException {
		return new ProtocolPage(Files.readString(PAGE));
	}

	private static Stream<String> sources() throws IOException {
		List<Path> modules;
		try (Stream<Path> children = Files.list(Path.of(".."))) {
			modules = children.map((module) -> module.resolve("src")).filter(Files::isDirectory).toList();
		}
		return modules.stream().flatMap(RuleIdsTests::javaFiles).map(RuleIdsTests::read);
	}

	private static Stream<Path> javaFiles(Path directory) {
		try (Stream<Path> files = Files.walk(directory)) {
			return files.filter((file) -> file.toString().endsWith(".java")).toList().stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
