package io.horde;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Diagrams in comments survive: the formatter joins the lines of a comment unless it
 * begins with a hyphen.
 */
class DiagramsTests {

	private static final Path MAIN = Path.of("src/main/java");

	private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/", Pattern.DOTALL);

	private static final Pattern ARROW = Pattern.compile("-->|<--|`--");

	/* How lines of each diagram begin, in their order. */
	private static final Map<String, List<String>> DIAGRAMS = Map.of("Lifecycle",
			List.of("STARTING --created-->", "|  ", "|  ", "|--stop while it starts", "`--failure, start timeout"),
			"Handshakes", List.of("A -> B  HELLO", "B -> A  REPLY", "A -> B  CONFIRM", "B -> A  ACCEPT"), "Decision",
			List.of("the higher epoch runs", "who has the lower", "who has the higher"), "AntiEntropy",
			List.of("1 the digest", "2   `-->", "3          `-->", "4                 `-->",
					"5                        `-->"));

	@Test
	void drawingsAreInCommentsThatTheFormatterLeavesAlone() throws IOException {
		try (Stream<Path> files = Files.walk(MAIN)) {
			for (Path file : files.filter((path) -> path.toString().endsWith(".java")).toList()) {
				assertThat(exposed(Files.readString(file))).as(file.toString()).isEmpty();
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "Lifecycle", "Handshakes", "Decision", "AntiEntropy" })
	void diagramKeepsItsLines(String type) throws IOException {
		Path file;
		try (Stream<Path> files = Files.walk(MAIN)) {
			file = files.filter((path) -> path.endsWith(type + ".java")).findFirst().orElseThrow();
		}
		assertThat(missing(Files.readString(file), DIAGRAMS.get(type))).isEmpty();
	}

	@Test
	void drawingThatTheFormatterMayDestroyIsFound() {
		assertThat(exposed("/*\n * NEW --> OLD\n */ /*-\n * NEW --> OLD\n */ /* A list -> of steps. */"))
			.containsExactly("/*\n * NEW --> OLD\n */");
	}

	@Test
	void destroyedDiagramIsFound() {
		List<String> lines = List.of("NEW -->", "`--> GONE");
		assertThat(missing("/*-\n * NEW --> OLD\n *  `--> GONE\n */", lines)).isEmpty();
		assertThat(missing("/*-\n * NEW --> OLD `--> GONE\n */", lines)).containsExactly("`--> GONE");
	}

	/**
	 * Return the comments with arrows whose lines the formatter may join.
	 */
	private static List<String> exposed(String source) {
		return COMMENT.matcher(source)
			.results()
			.map(MatchResult::group)
			.filter((comment) -> !comment.startsWith("/*-") && ARROW.matcher(comment).find())
			.toList();
	}

	/**
	 * Return the beginnings of lines that are not found in their order in one of the
	 * comments.
	 */
	private static List<String> missing(String source, List<String> beginnings) {
		List<String> missing = new ArrayList<>(beginnings);
		COMMENT.matcher(source)
			.results()
			.map(MatchResult::group)
			.filter((comment) -> comment.startsWith("/*-"))
			.forEach((comment) -> comment.lines().forEach((line) -> {
				if (!missing.isEmpty() && line.replaceFirst("^\\s*\\*\\s*", "").startsWith(missing.get(0))) {
					missing.remove(0);
				}
			}));
		return missing;
	}

}
