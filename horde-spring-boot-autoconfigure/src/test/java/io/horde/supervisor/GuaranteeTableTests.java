package io.horde.supervisor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each cell of the table of guarantees is linked to a test that exists, and each of those
 * tests stands in the table.
 */
class GuaranteeTableTests {

	private static final Path PAGE = Path.of("../docs/architecture.md");

	private static final Pattern CELL = Pattern.compile("\\[[^]]+]\\[((?:ap|quorum)-[a-z]+-[1-6])]");

	private static final Pattern LINK = Pattern
		.compile("(?m)^\\[((?:ap|quorum)-[a-z]+-[1-6])]: (\\S+/(\\w+)\\.java) \"(\\w+)\\.(\\w+)\"$");

	@Test
	void eachCellIsLinkedToItsTest() throws IOException, ReflectiveOperationException {
		String page = Files.readString(PAGE);
		TreeSet<String> cells = new TreeSet<>();
		for (Matcher cell = CELL.matcher(page); cell.find();) {
			cells.add(cell.group(1));
		}
		TreeMap<String, String> links = new TreeMap<>();
		for (Matcher link = LINK.matcher(page); link.find();) {
			assertThat(PAGE.resolveSibling(link.group(2))).exists();
			Class<?> situation = Class.forName(getClass().getPackageName() + "." + link.group(3) + "$" + link.group(4));
			assertThat(situation.getDeclaredMethod(link.group(5)).isAnnotationPresent(Test.class)).isTrue();
			Class<?> tests = link.group(1).startsWith("ap") ? GuaranteesTests.class : QuorumGuaranteesTests.class;
			assertThat(situation.getDeclaringClass()).isAssignableFrom(tests);
			links.put(link.group(1), tests.getName() + "." + link.group(4) + "." + link.group(5));
		}
		assertThat(cells).hasSize(2 * 7 * 6).isEqualTo(links.keySet());
		assertThat(new TreeSet<>(links.values())).as("different tests").hasSameSizeAs(links.keySet());
	}

}
