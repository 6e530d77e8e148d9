package io.horde.sample;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One node of the sample: what can be done to it, and what it says when it is asked.
 */
final class SampleNode {

	private static final JsonMapper mapper = JsonMapper.builder().build();

	private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

	private final String name;

	private final String host;

	private final int httpPort;

	private final NodeProcess process;

	private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

	private volatile boolean paused;

	private volatile int faults;

	private volatile boolean away;

	/**
	 * Creates a node that is not started.
	 * @param host where its HTTP interface is found
	 */
	SampleNode(String name, String host, int httpPort, NodeProcess process) {
		this.name = name;
		this.host = host;
		this.httpPort = httpPort;
		this.process = process;
	}

	void start() {
		this.process.start();
		this.paused = false;
	}

	String name() {
		return this.name;
	}

	boolean isAlive() {
		return this.process.isAlive();
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
		return !this.paused && !this.away && isAlive();
	}

	/**
	 * SIGKILL.
	 */
	void kill() {
		this.faults++;
		this.process.kill();
	}

	/**
	 * SIGTERM.
	 */
	void terminate() {
		this.faults++;
		this.process.terminate();
	}

	boolean await(Duration timeout) {
		return this.process.await(timeout);
	}

	int exitValue() {
		return this.process.exitValue();
	}

	void pause() {
		this.faults++;
		this.process.pause();
		this.paused = true;
	}

	void resume() {
		this.process.resume();
		this.paused = false;
	}

	void close() {
		this.process.close();
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

	/**
	 * Let an operator's endpoint act.
	 * @param operation what to do, as JSON
	 */
	Answer operate(String path, String operation) {
		return send(request(path, Duration.ofSeconds(90)).header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(operation)));
	}

	Answer delete(String path) {
		return send("DELETE", path, REQUEST_TIMEOUT);
	}

	private Answer send(String method, String path, Duration timeout) {
		return send(request(path, timeout).method(method, BodyPublishers.noBody()));
	}

	private HttpRequest.Builder request(String path, Duration timeout) {
		return HttpRequest.newBuilder(URI.create("http://" + this.host + ":" + this.httpPort + path)).timeout(timeout);
	}

	/**
	 * Send a request.
	 * @return the answer, with status 0 if there is none
	 */
	private Answer send(HttpRequest.Builder request) {
		try {
			HttpResponse<String> response = this.http.send(request.build(), BodyHandlers.ofString());
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
		return this.process.log();
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
