package io.horde.supervisor.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.horde.cluster.Member;
import io.horde.distribution.PlacementRequest;
import io.horde.supervisor.PlacementExplanation;
import io.horde.supervisor.ProcessRef;
import io.horde.supervisor.ownership.MembershipClusterView;
import io.horde.supervisor.ownership.Placement;
import io.horde.supervisor.ownership.Placement.Phase;
import io.horde.supervisor.ownership.Placer.Choice;
import io.horde.supervisor.ownership.Wanted;
import org.jspecify.annotations.Nullable;

/**
 * Explains where a child is and why. Called from any thread.
 */
final class Explainer {

	private final Commons commons;

	Explainer(Commons commons) {
		this.commons = commons;
	}

	PlacementExplanation explain(String id) {
		Wanted wanted = this.commons.ledger().wanted(id);
		ProcessRef row = this.commons.table().row(id);
		String stuck = stuck(id);
		if (wanted == null) {
			return new PlacementExplanation(id, row, null, List.of(), Map.of(),
					(stuck != null) ? stuck
							: (row != null)
									? "Static child '" + id + "' was stopped and stays so until it is started again."
									: "Node '" + this.commons.ledger().node() + "' knows no child '" + id + "'.");
		}
		MembershipClusterView view = this.commons.placer().view();
		PlacementRequest request = this.commons.placer().request(wanted);
		Choice choice = this.commons.placer().chooseNow(wanted);
		List<String> candidates = new ArrayList<>();
		view.ring(request)
			.preferenceList(id, view.candidates(request).size())
			.forEach((member) -> candidates.add(member.name()));
		Member chosen = choice.member();
		return new PlacementExplanation(id, row, (chosen != null) ? chosen.name() : null, candidates,
				view.excluded(request), (stuck != null) ? stuck : summary(id, row, chosen, choice.reason()));
	}

	private @Nullable String stuck(String id) {
		String where = whereStuck(id);
		Placement placement = this.commons.ledger().placement(id);
		if (where == null || placement == null) {
			return null;
		}
		return "Child '" + id + "' is STUCK on node '" + placement.owner().node() + "': " + where
				+ ". Nobody else runs it before that code ends, the process of that node is gone, under quorum the"
				+ " lease of the child ends, or an operator who knows that the code does no harm restarts the child"
				+ " (restart of /actuator/horde).";
	}

	/**
	 * Tell where the code of a child is that ignores that it was interrupted (T9).
	 * @return {@code null} if it has none
	 */
	@Nullable String whereStuck(String id) {
		Placement placement = this.commons.ledger().placement(id);
		return (placement != null && placement.phase() == Phase.STUCK
				&& !this.commons.ledger().view().hides(placement.owner()))
						? Objects.requireNonNullElse(placement.error(), "it ignores that it was interrupted") : null;
	}

	private String summary(String id, @Nullable ProcessRef row, @Nullable Member chosen, String reason) {
		Placement placement = this.commons.ledger().placement(id);
		StringBuilder summary = new StringBuilder("Child '" + id + "' ");
		if (row == null || placement == null) {
			summary.append("has not been started yet");
		}
		else {
			summary.append("is ").append(row.state());
			summary.append((row.node().isEmpty()) ? "; its node '" + placement.owner().node() + "' is gone"
					: " on node '" + row.node() + "' (" + placement.reason() + ")");
			if (placement.error() != null) {
				summary.append(", last error: ").append(placement.error());
			}
		}
		if (chosen == null) {
			return summary.append(". No member may run it at present: ").append(reason).append('.').toString();
		}
		boolean there = row != null && chosen.name().equals(row.node());
		return summary
			.append((there) ? ", where its strategy wants it."
					: ". Its strategy chooses node '" + chosen.name()
							+ "', to which it moves only under active redistribution or when its node is gone.")
			.toString();
	}

}
