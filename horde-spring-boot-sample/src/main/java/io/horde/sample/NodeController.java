package io.horde.sample;

import java.util.List;

import io.horde.registry.HordeRegistry;
import io.horde.registry.ProcessNotFoundException;
import io.horde.sample.LeaderboardApi.LeaderboardView;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The leaderboard, and what runs in this JVM.
 */
@RestController
class NodeController {

	private final LiveSessions liveSessions;

	private final LeaderboardApi leaderboard;

	NodeController(LiveSessions liveSessions, HordeRegistry registry) {
		this.liveSessions = liveSessions;
		this.leaderboard = registry.proxy(LeaderboardApi.class, "leaderboard");
	}

	@GetMapping("/leaderboard")
	LeaderboardView leaderboard() {
		return this.leaderboard.view();
	}

	@GetMapping("/local")
	LocalSessions local() {
		return new LocalSessions(this.liveSessions.views()
			.stream()
			.map((view) -> new LocalSession(view.id(), view.epoch(), view.count()))
			.toList());
	}

	@ExceptionHandler
	ProblemDetail notFound(ProcessNotFoundException ex) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.NOT_FOUND, ex.getMessage());
	}

	/**
	 * What runs in this JVM.
	 *
	 * @param sessions the live session beans
	 */
	record LocalSessions(List<LocalSession> sessions) {

	}

	/**
	 * A live session bean.
	 *
	 * @param id the id of the session
	 * @param epoch the epoch of its run
	 * @param count its counter
	 */
	record LocalSession(String id, long epoch, long count) {

	}

}
