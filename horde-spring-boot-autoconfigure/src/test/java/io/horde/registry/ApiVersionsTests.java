package io.horde.registry;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

import io.horde.payload.PayloadException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Two versions of an application call each other, as during a rolling update: the classes
 * of each are compiled from source and have a class loader of their own.
 */
@Timeout(120)
class ApiVersionsTests {

	private static final Map<String, String> OLD = Map.of("Job", "public record Job(String name) { }", "Level",
			"public enum Level { LOW, HIGH }", "Result", "public record Result(String text, int old) { }", "Api", """
					public interface Api {
						String show(Job job);
						Result result(String text);
						Level level(String name);
						String named(Level level);
						int amount(int cents);
						String renamed(String name);
						java.util.List<Job> jobs(java.util.List<Job> jobs);
					}""", "Process", """
					public class Process implements Api {
						public String show(Job job) { return String.valueOf(job); }
						public Result result(String text) { return new Result(text, 1); }
						public Level level(String name) { return Level.valueOf(name); }
						public String named(Level level) { return String.valueOf(level); }
						public int amount(int cents) { return cents; }
						public String renamed(String name) { return name; }
						public java.util.List<Job> jobs(java.util.List<Job> jobs) { return jobs; }
					}""");

	private static final Map<String, String> NEW = Map.of("Job",
			"""
					public record Job(@com.fasterxml.jackson.annotation.JsonAlias("name") String title, int priority, boolean urgent,
							java.util.List<String> tags, java.util.Optional<String> note) { }""",
			"Level", "public enum Level { LOW, HIGH, HIGHEST }", "Result",
			"public record Result(String text, long count, double share) { }", "Api", """
					public interface Api {
						String show(Job job);
						Result result(String text);
						Level level(String name);
						String named(Level level);
						java.math.BigDecimal amount(java.math.BigDecimal euros);
						String added(String text);
						java.util.List<Job> jobs(java.util.List<Job> jobs);
					}""", "Process", """
					public class Process implements Api {
						public String show(Job job) { return String.valueOf(job); }
						public Result result(String text) { return new Result(text, 2, 0.5); }
						public Level level(String name) { return Level.valueOf(name); }
						public String named(Level level) { return String.valueOf(level); }
						public java.math.BigDecimal amount(java.math.BigDecimal euros) { return euros; }
						public String added(String text) { return text; }
						public java.util.List<Job> jobs(java.util.List<Job> jobs) { return jobs; }
					}""");

	@TempDir
	private Path directory;

	private ClassLoader older;

	private ClassLoader newer;

	private ThreadedCluster cluster;

	@BeforeEach
	void start() throws Exception {
		this.older = compile("older", OLD);
		this.newer = compile("newer", NEW);
		List<ClassLoader> versions = new ArrayList<>(List.of(this.older, this.newer));
		this.cluster = new ThreadedCluster(2, (node) -> {
			ClassLoader version = versions.remove(0);
			node.factory.register("versioned", (context) -> instance(version), type(version, "Api"));
		});
		this.cluster.start(0, "old", "versioned", "old");
		this.cluster.start(1, "new", "versioned", "new");
	}

	@AfterEach
	void stop() {
		this.cluster.close();
	}

	private ClassLoader compile(String version, Map<String, String> sources) throws IOException {
		Path target = Files.createDirectories(this.directory.resolve(version));
		List<String> arguments = new ArrayList<>(
				List.of("-parameters", "-d", target.toString(), "-cp", System.getProperty("java.class.path")));
		for (Map.Entry<String, String> source : sources.entrySet()) {
			Path file = Files.createDirectories(target.resolve("src")).resolve(source.getKey() + ".java");
			arguments.add(Files.writeString(file, "package app;\n" + source.getValue()).toString());
		}
		assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(new String[0])))
			.isZero();
		return new URLClassLoader(new URL[] { target.toUri().toURL() }, getClass().getClassLoader());
	}

	private static Class<?> type(ClassLoader version, String name) {
		try {
			return version.loadClass("app." + name);
		}
		catch (ClassNotFoundException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Object instance(ClassLoader version) {
		try {
			return type(version, "Process").getConstructor().newInstance();
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Object make(ClassLoader version, String type, Object... arguments) throws Exception {
		return type(version, type).getDeclaredConstructors()[0].newInstance(arguments);
	}

	/* By the older one to the newer, or the other way round. */
	private @Nullable Object call(ClassLoader caller, String method, Object argument) throws Exception {
		boolean old = caller == this.older;
		Object proxy = this.cluster.node(old ? 0 : 1).registry.proxy(type(caller, "Api"), old ? "new" : "old");
		try {
			return Stream.of(type(caller, "Api").getMethods())
				.filter((each) -> each.getName().equals(method))
				.findFirst()
				.orElseThrow()
				.invoke(proxy, argument);
		}
		catch (InvocationTargetException ex) {
			throw (ex.getCause() instanceof Exception cause) ? cause : ex;
		}
	}

	@Test
	void whatAnOlderCallerDoesNotKnowTakesItsDefault() throws Exception {
		assertThat(call(this.older, "show", make(this.older, "Job", "a")))
			.isEqualTo("Job[title=a, priority=0, urgent=false, tags=null, note=Optional.empty]");
	}

	@Test
	void whatANewerCallerAddsIsIgnored() throws Exception {
		Object job = make(this.newer, "Job", "a", 3, true, List.of("x"), java.util.Optional.of("n"));
		assertThat(call(this.newer, "show", job)).isEqualTo("Job[name=null]");
	}

	@Test
	void resultsFollowTheSameRule() throws Exception {
		assertThat(call(this.newer, "result", "x")).hasToString("Result[text=x, count=0, share=0.0]");
		assertThat(call(this.older, "result", "x")).hasToString("Result[text=x, old=0]");
	}

	@Test
	void elementsFollowTheSameRule() throws Exception {
		assertThat(call(this.older, "jobs", List.of(make(this.older, "Job", "a")))).hasToString("[Job[name=null]]");
	}

	@Test
	void aConstantThatTheReaderLacksIsAClearErrorAtTheReader() throws Exception {
		Object highest = type(this.newer, "Level").getEnumConstants()[2];
		assertThatExceptionOfType(RemoteCallException.class).isThrownBy(() -> call(this.newer, "named", highest))
			.withMessageContaining("HIGHEST")
			.withMessageContaining("[HIGH, LOW]");
		assertThatExceptionOfType(PayloadException.class).isThrownBy(() -> call(this.older, "level", "HIGHEST"))
			.withMessageContaining("HIGHEST")
			.withMessageContaining("ran");
		assertThat(call(this.older, "level", "LOW")).hasToString("LOW");
	}

	@Test
	void aMethodWithOtherTypesDoesNotRunAndBothVersionsAreNamed() {
		assertThatExceptionOfType(RemoteCallException.class).isThrownBy(() -> call(this.older, "amount", 100))
			.withMessageContaining("did not run")
			.withMessageContaining("java.math.BigDecimal amount(java.math.BigDecimal)")
			.withMessageContaining("int amount(int)");
		assertThatExceptionOfType(RemoteCallException.class)
			.isThrownBy(() -> call(this.newer, "amount", java.math.BigDecimal.ONE))
			.withMessageContaining("did not run");
	}

	@Test
	void aMethodThatTheProcessLacksIsTold() {
		assertThatExceptionOfType(RemoteCallException.class).isThrownBy(() -> call(this.newer, "added", "x"))
			.withMessageContaining("app.Api is another version on node 'n0', which has no such method");
	}

}
