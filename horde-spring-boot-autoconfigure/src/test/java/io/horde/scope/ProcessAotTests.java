package io.horde.scope;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

import io.horde.process.HordeProcess;
import io.horde.process.ProcessArgument;
import io.horde.process.ProcessContext;
import io.horde.process.StateHandoff;
import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.ProcessType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GeneratedFiles.Kind;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.event.EventListener;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.io.InputStreamSource;
import org.springframework.javapoet.ClassName;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.ScheduledAnnotationBeanPostProcessor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of processes in an application that was processed ahead of time.
 */
class ProcessAotTests {

	private static int number;

	@TempDir
	private Path directory;

	private final InMemoryGeneratedFiles files = new InMemoryGeneratedFiles();

	private final DefaultGenerationContext generation = new DefaultGenerationContext(
			new ClassNameGenerator(ClassName.get(ProcessAotTests.class), "Run" + number++), this.files);

	private ClassName initializer;

	@BeforeEach
	void process() {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.register(ProcessTestConfiguration.class, Definitions.class, Room.class);
		this.initializer = new ApplicationContextAotGenerator().processAheadOfTime(context, this.generation);
		this.generation.writeGeneratedContent();
	}

	@Test
	void processesRunFromGeneratedDefinitions() throws Exception {
		try (GenericApplicationContext context = new GenericApplicationContext()) {
			initializer().initialize(context);
			context.refresh();
			ProcessHarness harness = ProcessHarness.of(context);
			assertThat(context.getBean(ScopeProcessFactory.class).types()).extracting(ProcessType::name)
				.containsExactly("fromMethod", "room");
			Room room = harness.startBean("room", new Settings("red"), Room.class);
			assertThat(room.settings).isEqualTo(new Settings("red"));
			LocalProcess process = harness.start("fromMethod", "text");
			FromMethod bean = harness.bean(process, FromMethod.class);
			assertThat(bean.text).isEqualTo("text on node");
			context.publishEvent("event");
			assertThat(bean.heard).isEqualTo("event");
			int ticks = bean.ticks;
			assertThat(ticks).isPositive();
			assertThat(context.getBean(ScheduledAnnotationBeanPostProcessor.class).getScheduledTasks()).isEmpty();
			harness.stop(process);
			assertThat(bean.closed).isTrue();
			harness.run();
			assertThat(bean.ticks).isEqualTo(ticks);
			assertThat(context.getBeanFactory().getBeanDefinition("room")).isInstanceOfSatisfying(
					AbstractBeanDefinition.class,
					(definition) -> assertThat(definition.isDefaultCandidate()).isFalse());
		}
	}

	@Test
	void nativeImageKnowsTheExpressionTheProxiesAndTheData() throws Exception {
		RuntimeHints hints = this.generation.getRuntimeHints();
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(BoundProcess.class.getMethod("argument")))
			.accepts(hints);
		assertThat(RuntimeHintsPredicates.proxies().forInterfaces(RoomApi.class)).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onType(Settings.class)).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onType(Player.class)).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onType(Seat.class)).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onType(Book.class)).accepts(hints);
		assertThat(RuntimeHintsPredicates.reflection().onType(Board.class)).accepts(hints);
	}

	@SuppressWarnings("unchecked")
	private ApplicationContextInitializer<GenericApplicationContext> initializer() throws Exception {
		List<JavaFileObject> sources = new ArrayList<>();
		this.files.getGeneratedFiles(Kind.SOURCE).forEach((path, content) -> sources.add(source(path, content)));
		DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
		boolean compiled = ToolProvider.getSystemJavaCompiler()
			.getTask(null, null, diagnostics,
					List.of("-d", this.directory.toString(), "-classpath", System.getProperty("java.class.path"),
							"-proc:none"),
					null, sources)
			.call();
		assertThat(compiled)
			.as(() -> diagnostics.getDiagnostics()
				.stream()
				.filter((diagnostic) -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
				.toList()
				.toString())
			.isTrue();
		define();
		return (ApplicationContextInitializer<GenericApplicationContext>) Class
			.forName(this.initializer.canonicalName())
			.getDeclaredConstructor()
			.newInstance();
	}

	private JavaFileObject source(String path, InputStreamSource content) {
		return new SimpleJavaFileObject(URI.create("string:///" + path), JavaFileObject.Kind.SOURCE) {

			@Override
			public CharSequence getCharContent(boolean ignoreEncodingErrors) throws IOException {
				return new String(content.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			}

		};
	}

	/**
	 * Generated classes belong to the packages of the beans, so they need the same
	 * loader. They are called after the class they belong to.
	 */
	private void define() throws IOException {
		Map<String, byte[]> classes = new TreeMap<>();
		try (Stream<Path> paths = Files.walk(this.directory)) {
			paths.filter(Files::isRegularFile)
				.forEach((path) -> classes.put(this.directory.relativize(path).toString(), bytes(path)));
		}
		while (!classes.isEmpty()) {
			int before = classes.size();
			classes.entrySet().removeIf((entry) -> defined(entry.getKey(), entry.getValue()));
			assertThat(classes).hasSizeLessThan(before);
		}
	}

	private static boolean defined(String file, byte[] bytes) {
		try {
			Class<?> target = Class.forName(file.substring(0, file.indexOf("__")).replace('/', '.'));
			MethodHandles.privateLookupIn(target, MethodHandles.lookup()).defineClass(bytes);
			return true;
		}
		catch (NoClassDefFoundError ex) {
			return false;
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static byte[] bytes(Path path) {
		try {
			return Files.readAllBytes(path);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public interface Shelf<T> {

		T top();

	}

	public interface RoomApi extends Shelf<Book> {

		CompletableFuture<List<Seat>> join(Player player);

	}

	public record Book(String title) {

	}

	record Settings(String colour) {

	}

	public record Player(String name) {

	}

	public record Seat(int number) {

	}

	record Board(int size) {

	}

	@HordeProcess(value = "room", autoStartup = false)
	static class Room implements RoomApi, StateHandoff<Board> {

		private final Settings settings;

		Room(@ProcessArgument Settings settings, ProcessContext context, ProcessHarness service) {
			this.settings = settings;
		}

		@Override
		public CompletableFuture<List<Seat>> join(Player player) {
			return CompletableFuture.completedFuture(List.of());
		}

		@Override
		public Book top() {
			return new Book("top");
		}

		@Override
		public Board handOff() {
			return new Board(1);
		}

		@Override
		public void takeOver(Board state) {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class Definitions {

		@Bean
		@HordeProcess(autoStartup = false)
		FromMethod fromMethod(@ProcessArgument String text, ProcessContext context) {
			return new FromMethod(text + " on " + context.node());
		}

	}

	static class FromMethod implements AutoCloseable {

		private final String text;

		private String heard = "";

		private int ticks;

		private boolean closed;

		FromMethod(String text) {
			this.text = text;
		}

		@EventListener
		void on(String event) {
			this.heard = event;
		}

		@Scheduled(fixedRate = 1)
		void tick() {
			this.ticks++;
		}

		@Override
		public void close() {
			this.closed = true;
		}

	}

}
