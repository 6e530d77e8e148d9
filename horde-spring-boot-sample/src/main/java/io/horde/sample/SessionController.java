package io.horde.sample;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.horde.HordeException;
import io.horde.process.ProcessState;
import io.horde.registry.HordeRegistry;
import io.horde.registry.ProcessNotFoundException;
import io.horde.supervisor.ChildSpec;
import io.horde.supervisor.HordeSupervisor;
import io.horde.supervisor.InvalidChildSpecException;
import io.horde.supervisor.ProcessRef;
import io.horde.supervisor.StartResult;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Sessions over HTTP. Every route works on every node.
 */
@RestController
@RequestMapping("/sessions")
class SessionController {

	private static final int MAX_BATCH = 100_000;

	private final HordeSupervisor supervisor;

	private final HordeRegistry registry;

	SessionController(HordeSupervisor supervisor, HordeRegistry registry) {
		this.supervisor = supervisor;
		this.registry = registry;
	}

	@PostMapping("/{id}")
	ResponseEntity<SessionView> start(@PathVariable String id) {
		StartResult result = this.supervisor.startChild(spec(id)).join();
		return ResponseEntity.status(result.created() ? HttpStatus.CREATED : HttpStatus.OK).body(session(id).view());
	}

	@PostMapping
	StartedSessions start(@RequestParam int count, @RequestParam(defaultValue = "s") String prefix) {
		if (count < 1 || count > MAX_BATCH) {
			throw new IllegalArgumentException(
					"The parameter 'count' is " + count + "; it can be 1 to " + MAX_BATCH + ".");
		}
		long begin = System.nanoTime();
		List<ChildSpec> specs = IntStream.range(0, count).mapToObj((i) -> spec(prefix + i)).toList();
		List<StartResult> results = this.supervisor.startChildren(specs).join();
		long started = results.stream().filter((result) -> result.failure() == null).count();
		String failure = results.stream()
			.flatMap((result) -> Stream.ofNullable(result.failure()))
			.map(Throwable::getMessage)
			.findFirst()
			.orElse(null);
		return new StartedSessions(count, started, Duration.ofNanos(System.nanoTime() - begin).toMillis(), failure);
	}

	@GetMapping("/{id}")
	SessionView get(@PathVariable String id) {
		return session(id).view();
	}

	@PostMapping("/{id}/increment")
	SessionView increment(@PathVariable String id) {
		return session(id).increment();
	}

	@DeleteMapping("/{id}")
	ResponseEntity<Void> end(@PathVariable String id) {
		if (!this.supervisor.terminateChild(SessionView.name(id)).join()) {
			throw new ProcessNotFoundException("There is no session '" + id + "'.");
		}
		return ResponseEntity.noContent().build();
	}

	@GetMapping
	List<SessionRow> list(@RequestParam(defaultValue = "100") int limit) {
		return this.supervisor.children()
			.filter((child) -> child.id().startsWith(SessionView.NAME_PREFIX))
			.limit(limit)
			.map(SessionRow::of)
			.toList();
	}

	private ChildSpec spec(String id) {
		return ChildSpec.of(DeviceSession.class).name(SessionView.name(id));
	}

	private SessionApi session(String id) {
		return this.registry.proxy(SessionApi.class, SessionView.name(id));
	}

	@ExceptionHandler
	ProblemDetail notFound(ProcessNotFoundException ex) {
		return problem(HttpStatus.NOT_FOUND, ex);
	}

	@ExceptionHandler
	ProblemDetail badRequest(IllegalArgumentException ex) {
		return problem(HttpStatus.BAD_REQUEST, ex);
	}

	@ExceptionHandler
	ProblemDetail badRequest(InvalidChildSpecException ex) {
		return problem(HttpStatus.BAD_REQUEST, ex);
	}

	@ExceptionHandler
	ProblemDetail unavailable(HordeException ex) {
		return problem(HttpStatus.SERVICE_UNAVAILABLE, ex);
	}

	private static ProblemDetail problem(HttpStatus status, RuntimeException ex) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, ex.getMessage());
		problem.setProperty("error", ex.getClass().getSimpleName());
		return problem;
	}

	/**
	 * Outcome of the start of many sessions.
	 *
	 * @param requested how many were asked for
	 * @param started how many of them run
	 * @param millis how long it took
	 * @param failure why the first one that failed did, or {@code null}
	 */
	record StartedSessions(int requested, long started, long millis, @Nullable String failure) {

	}

	/**
	 * A session in the local replica.
	 *
	 * @param id the id of the session
	 * @param name its name in the cluster
	 * @param node the node that runs it, as this node sees it
	 * @param epoch the epoch of its present run
	 * @param state its state
	 */
	record SessionRow(String id, String name, String node, long epoch, ProcessState state) {

		static SessionRow of(ProcessRef child) {
			return new SessionRow(SessionView.id(child.id()), child.id(), child.node(), child.epoch(), child.state());
		}

	}

}
