package io.horde.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One JVM that runs the sample, and what can be done to it. It ends only processes that
 * it has started.
 */
final class SampleNode {

	private static final JsonMapper mapper = JsonMapper.builder().build();

	private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

	private final String name;

	private final String host;

	private final int httpPort;

	private final List<String> command;

	private final Path log;

	private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

	private volatile Process process;

	private volatile boolean paused;

	private volatile int faults;

	private volatile boolean away;

	SampleNode(String name, int httpPort, List<String> arguments, Path log) {
		this(List.of(), name, "127.0.0.1", httpPort, arguments, log);
	}

	/**
	 * Creates a node that somebody else starts and ends.
	 * @param host where its HTTP interface is found
	 */
	SampleNode(String name, String host, int httpPort) {
		this.name = name;
		this.host = host;
		this.httpPort = httpPort;
		this.log = Path.of("target", "cluster", "nothing.log");
		this.command = List.of();
	}

	/**
	 * Creates a node that is started by another command.
	 * @param prefix the command, which must keep its process
	 * @param host where its HTTP interface is found
	 */
	SampleNode(List<String> prefix, String name, String host, int httpPort, List<String> arguments, Path log) {
		this(prefix, List.of("-jar", System.getProperty("sample.jar")), name, host, httpPort, arguments, log);
	}

	/**
	 * Creates a node that is started by another command.
	 * @param prefix the command, which must keep its process
	 * @param program the options of the JVM that tell what to run
	 * @param host where its HTTP interface is found
	 */
	SampleNode(List<String> prefix, List<String> program, String name, String host, int httpPort,
			List<String> arguments, Path log) {
		this.name = name;
		this.host = host;
		this.httpPort = httpPort;
		this.log = log;
		this.command = new ArrayList<>(prefix);
		this.command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		this.command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC"));
		this.command.addAll(program);
		this.command.addAll(List.of("--server.port=" + httpPort, "--horde.node.name=" + name));
		this.command.addAll(arguments);
	}

	void start() {
		try {
			Files.createDirectories(this.log.getParent());
			this.process = new ProcessBuilder(this.command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(this.log.toFile()))
				.start();
			this.paused = false;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	String name() {
		return this.name;
	}

	boolean isAlive() {
		return this.process != null && this.process.isAlive();
	}

	boolean isPaused() {
		return this.paused;
	}

	/**
	 * How often the node was killed, terminated or paused.
	 */
	int faults() {
		return this.faults;
	}

	/**
	 * Say whether the node is cut off, so that it is not asked what the others agree on.
	 */
	void away(boolean away) {
		this.away = away;
	}

	boolean answers() {
		return (isAlive() || this.command.isEmpty()) && !this.paused && !this.away;
	}

	/**
	 * SIGKILL.
	 */
	void kill() {
		this.faults++;
		this.process.destroyForcibly();
		await(Duration.ofSeconds(10));
	}

	/**
	 * SIGTERM.
	 */
	void terminate() {
		this.faults++;
		this.process.destroy();
	}

	boolean await(Duration timeout) {
		try {
			return this.process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	int exitValue() {
		return this.process.exitValue();
	}

	void pause() {
		this.faults++;
		signal("STOP");
		this.paused = true;
	}

	void resume() {
		signal("CONT");
		this.paused = false;
	}

	private void signal(String signal) {
		try {
			int exit = new ProcessBuilder("kill", "-" + signal, Long.toString(this.process.pid())).start().waitFor();
			if (exit != 0) {
				throw new IllegalStateException("kill -" + signal + " ended with " + exit);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	void close() {
		if (isAlive()) {
			this.process.destroyForcibly();
			await(Duration.ofSeconds(10));
		}
	}

	Answer get(String path) {
		return send("GET", path, REQUEST_TIMEOUT);
	}

	Answer get(String path, Duration timeout) {
		return send("GET", path, timeout);
	}

	Answer post(String path) {
		return send("POST", path, Duration.ofSeconds(60));
	}

	Answer post(String path, Duration timeout) {
		return send("POST", path, timeout);
	}

	Answer delete(String path) {
		return send("DELETE", path, REQUEST_TIMEOUT);
	}

	/**
	 * Send a request.
	 * @return the answer, with status 0 if there is none
	 */
	private Answer send(String method, String path, Duration timeout) {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + this.host + ":" + this.httpPort + path))
			.method(method, BodyPublishers.noBody())
			.timeout(timeout)
			.build();
		try {
			HttpResponse<String> response = this.http.send(request, BodyHandlers.ofString());
			return new Answer(response.statusCode(), response.body(), null);
		}
		catch (IOException ex) {
			return new Answer(0, ex.toString(), ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return new Answer(0, ex.toString(), ex);
		}
	}

	static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

	String log() {
		try {
			return Files.exists(this.log) ? Files.readString(this.log) : "";
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public String toString() {
		return this.name + (this.paused ? " (paused)" : isAlive() ? "" : " (ended)");
	}

	/**
	 * An answer over HTTP.
	 *
	 * @param status the status, 0 if there was no answer
	 * @param body the body, or what went wrong
	 * @param failure why there was no answer, or {@code null}
	 */
	record Answer(int status, String body, Exception failure) {

		boolean ok() {
			return this.status >= 200 && this.status < 300;
		}

		JsonNode json() {
			return mapper.readTree(this.body);
		}

	}

}
