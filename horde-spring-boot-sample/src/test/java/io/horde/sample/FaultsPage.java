package io.horde.sample;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

import io.horde.sample.Rounds.Round;
import io.horde.sample.Spans.Overlap;

/**
 * What is published about the rounds of one run, in Markdown.
 */
final class FaultsPage {

	private static final String HEAD = """
			| fault | distribution | rounds | hand-overs | overlap of user code: rounds with any, longest | two owners: rounds with any, longest | bodies begun beside an owner | bodies interrupted | caught by the fault, interrupted afterwards within | cron ticks due | missed (left out) | lost | doubled |
			|---|---|---|---|---|---|---|---|---|---|---|---|---|
			""";

	private static final int EXAMPLES = 20;

	private final long seed;

	private final Duration shortest;

	private final Duration longest;

	private final List<Round> rounds = new ArrayList<>();

	FaultsPage(long seed, Duration shortest, Duration longest) {
		this.seed = seed;
		this.shortest = shortest;
		this.longest = longest;
	}

	void add(Round round) {
		this.rounds.add(round);
	}

	/**
	 * Append what came out to a page, which keeps what came out before.
	 */
	void append(Path page) {
		try {
			Files.writeString(page, "\n" + this, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private String row(Fault fault, Mode mode) {
		List<Outcome> outcomes = this.rounds.stream()
			.filter((round) -> round.fault() == fault)
			.map((round) -> round.outcomes().get(mode))
			.toList();
		Outcome all = outcomes.stream().reduce(Outcome::and).orElse(null);
		if (all == null) {
			return "";
		}
		return "| %s | %s | %d | %,d | %s | %s | %d | %,d | %s | %,d | %d (%d) | %d | %d |\n".formatted(fault, mode,
				outcomes.size(), all.handOvers(), overlaps(outcomes.stream().map(Outcome::overlaps).toList()),
				overlaps(outcomes.stream().map(Outcome::owners).toList()), all.besideOwner(), all.interrupted(),
				wake(fault, all), all.ticks().due(), all.ticks().missed(), all.ticks().leftOut().size(),
				all.ticks().lost(), all.ticks().doubled().size());
	}

	private static String overlaps(List<List<Overlap>> rounds) {
		long longest = rounds.stream().mapToLong(Outcome::longest).max().orElse(0);
		return rounds.stream().filter((overlaps) -> !overlaps.isEmpty()).count() + ", "
				+ "%,.1f ms".formatted(longest / 1e6);
	}

	private static String wake(Fault fault, Outcome outcome) {
		return (fault == Fault.PAUSE || fault == Fault.PARTITION) ? "%,d, %,d within %s".formatted(outcome.caught(),
				outcome.untilInterrupted().size(), Figures.millis(outcome.longestUntilInterrupted())) : "";
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder();
		text.append("## %d rounds, seed %d, %s\n\n".formatted(this.rounds.size(), this.seed, LocalDate.now()));
		text.append("Java %s, %d processors, bodies of %d to %d s.\n\n".formatted(Runtime.version().feature(),
				Runtime.getRuntime().availableProcessors(), this.shortest.toSeconds(), this.longest.toSeconds()));
		text.append(HEAD);
		for (Fault fault : Fault.values()) {
			for (Mode mode : Mode.values()) {
				text.append(row(fault, mode));
			}
		}
		List<String> broken = this.rounds.stream().flatMap((round) -> round.broken().stream()).toList();
		text.append("\nPromises that were not kept: ").append(broken.isEmpty() ? "none.\n" : broken.size() + ".\n\n");
		broken.stream().limit(EXAMPLES).forEach((what) -> text.append("- ").append(what).append("\n"));
		return text.toString();
	}

}
