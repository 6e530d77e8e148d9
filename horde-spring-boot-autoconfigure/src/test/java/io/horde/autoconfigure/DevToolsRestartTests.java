package io.horde.autoconfigure;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that DevTools restarts in new class loaders leaves none of those before
 * behind. DevTools has a JVM of its own, because it works through static fields.
 */
class DevToolsRestartTests {

	private static final int RESTARTS = 3;

	@TempDir
	private Path directory;

	@Test
	void classesOfTheApplicationGoWhenHordeStays() throws Exception {
		Path exclusions = this.directory.resolve("classes/META-INF/spring-devtools.properties");
		Files.createDirectories(exclusions.getParent());
		Files.writeString(exclusions, "restart.exclude.horde=.*/target/classes/");
		assertThat(restart(this.directory.resolve("classes") + File.separator)).contains(RestartedApplication.ALIVE + 0)
			.containsPattern(RestartedApplication.HORDE + ".*AppClassLoader");
	}

	@Test
	void classesOfTheApplicationAndHordesOwnGo() throws Exception {
		assertThat(restart()).contains(RestartedApplication.ALIVE + 0)
			.containsPattern(RestartedApplication.HORDE + ".*RestartClassLoader");
	}

	/*
	 * Softly held class loaders go when memory is short. The JVM is told that it always
	 * is: Spring holds all of them softly, also without Horde.
	 */
	private String restart(String... classPath) throws IOException, InterruptedException {
		List<String> all = new ArrayList<>(List.of(classPath));
		all.add(System.getProperty("java.class.path"));
		all.add(devTools().toString());
		Path output = this.directory.resolve("output");
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-XX:SoftRefLRUPolicyMSPerMB=0", "-XX:TieredStopAtLevel=1", "-classpath",
				String.join(File.pathSeparator, all), RestartedApplication.class.getName(), String.valueOf(RESTARTS))
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		try {
			boolean ended = process.waitFor(10, TimeUnit.MINUTES);
			String text = Files.readString(output);
			assertThat(ended).as(text).isTrue();
			assertThat(process.exitValue()).as(text).isZero();
			return text;
		}
		finally {
			process.destroyForcibly();
		}
	}

	private static Path devTools() {
		Path jar = Path.of("target", "devtools", "spring-boot-devtools.jar").toAbsolutePath();
		assertThat(jar).as("Copied by Maven in the phase generate-test-resources").exists();
		return jar;
	}

}
