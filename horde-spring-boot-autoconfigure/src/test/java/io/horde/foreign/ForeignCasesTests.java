package io.horde.foreign;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds that each foreign case is in one of the suites or said to have no place in any.
 */
class ForeignCasesTests {

	private static final List<Class<?>> SUITES = List.of(HordeClusterSuiteTests.class, HordeSupervisorSuiteTests.class,
			HordeRegistrySuiteTests.class, HordeDistributionSuiteTests.class, DeltaCrdtSuiteTests.class);

	@Test
	void eachForeignCaseIsSaidAnewOrHasAReasonNotToBe() throws IOException {
		assertThat(Stream.concat(mapped(), notMapped().map(NotMapped::value))).doesNotHaveDuplicates()
			.containsExactlyInAnyOrderElementsOf(cases());
	}

	@Test
	void eachReasonIsASentence() {
		assertThat(notMapped()).extracting(NotMapped::because)
			.allSatisfy((reason) -> assertThat(reason).hasSizeGreaterThan(20).endsWith("."));
	}

	private static Stream<String> mapped() {
		return SUITES.stream()
			.flatMap((suite) -> Arrays.stream(suite.getDeclaredMethods()))
			.filter((method) -> method.isAnnotationPresent(Upstream.class))
			.flatMap((method) -> Arrays.stream(method.getAnnotation(Upstream.class).value()));
	}

	private static Stream<NotMapped> notMapped() {
		return SUITES.stream().flatMap((suite) -> Arrays.stream(suite.getAnnotationsByType(NotMapped.class)));
	}

	private static List<String> cases() throws IOException {
		try (InputStream in = Objects.requireNonNull(ForeignCasesTests.class.getResourceAsStream("cases.txt"))) {
			return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines()
				.filter((line) -> !line.startsWith("#"))
				.toList();
		}
	}

}
