package io.horde.supervisor.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

import io.horde.crdt.Dot;
import io.horde.crdt.Versioned;
import io.horde.replication.Replicator;
import io.horde.rules.Replacement;
import io.horde.rules.TakenAway;
import io.horde.supervisor.engine.SupervisorMessage.HandedOver;
import io.horde.supervisor.ownership.ChildFacts;
import io.horde.supervisor.ownership.ChildFacts.Here;
import io.horde.supervisor.ownership.ChildFacts.Owner;
import io.horde.supervisor.ownership.ChildFacts.Want;
import io.horde.supervisor.ownership.Decision;
import io.horde.supervisor.ownership.Ledger;
import io.horde.supervisor.ownership.Placement;
import io.horde.supervisor.ownership.Placer;
import io.horde.supervisor.ownership.Wanted;

import org.springframework.test.util.ReflectionTestUtils;

/**
 * The rules of ownership that a test can take away, one at a time, to see that the
 * simulator would notice.
 */
public enum SupervisorRule {

	/**
	 * Who takes a child over does not write its desired entry (O1).
	 */
	O1(Replacement.after(PlannedStart.class, "placedHere",
			(self, arguments, result) -> rewritten((Ledger) arguments[0], (PlannedStart) result))),

	/**
	 * A copy whose desired entry is gone stops (O2).
	 */
	O2_GONE(Replacement.after(Ledger.class, "want",
			(self, arguments, result) -> (arguments[1] != null && result == Want.END) ? Want.UNKNOWN : result)),

	/**
	 * A copy serves the desired entry that its placement names, and no other (O2).
	 */
	O2_DOT(Replacement.after(Ledger.class, "want",
			(self, arguments, result) -> (arguments[1] != null) ? wantOfAny((Ledger) self, (String) arguments[0])
					: result)),

	/**
	 * A start that finishes after its entry is gone is not published (O2).
	 */
	O2_LATE(Replacement.after(Decision.class, "decide",
			(self, arguments,
					result) -> (((Decision) result).stop() != null
							&& ((ChildFacts) arguments[0]).here() == Here.STARTING) ? Decision.NOTHING : result)),

	/**
	 * Epochs follow the clock, so that they grow across delete and re-create (O3).
	 */
	O3(Replacement.of(Ledger.class, "nextEpoch",
			(self, arguments) -> epochAfter((Ledger) self, (String) arguments[0], (Long) arguments[1]))),

	/**
	 * A mere claim with a higher epoch stops no running copy (O4).
	 */
	O4(Replacement.after(Decision.class, "decide",
			(self, arguments, result) -> (result == Decision.REASSERT && isPlacedHigher((ChildFacts) arguments[0]))
					? Decision.STOP_SUPERSEDED : result)),

	/**
	 * A member that is {@code DOWN} is not gone (O5).
	 */
	O5(Replacement.after(Ledger.class, "owner",
			(self, arguments, result) -> (result == Owner.HIDDEN) ? Owner.GONE : result)),

	/**
	 * Whoever receives a child runs it, whatever its own ring says (O6).
	 */
	O6_RING(Replacement.after(HandOverReceiver.class, "refusal",
			(self, arguments, result) -> (result != null || isChosenHere(self, (HandedOver) arguments[1])) ? result
					: "it belongs elsewhere")),

	/**
	 * No child moves before the view has been stable for a while (O6).
	 */
	O6_SETTLED(Replacement.returning(Redistributor.class, "settleTime", Duration.ZERO)),

	/**
	 * The state of a child that moves is kept until its new owner runs it (O7).
	 */
	O7(Replacement.after(HandOverSender.class, "send", (self, arguments, result) -> {
		ReflectionTestUtils.setField(arguments[0], "handed", HandedState.NONE);
		return result;
	})),

	/**
	 * The mark of a stopped static child is respected (O8).
	 */
	O8(Replacement.of(Ledger.class, "staticChild",
			(self, arguments) -> ((Ledger) self).statics().get((String) arguments[0]))),

	/**
	 * A termination is acknowledged when a second member holds it (O9).
	 */
	O9_HELD(Replacement.of(Terminations.class, "awaitHolders",
			(self, arguments) -> CompletableFuture.completedFuture(null))),

	/**
	 * Under quorum it is acknowledged when a majority of the voters holds it (O9).
	 */
	O9_SEATS(Replacement.returning(Terminations.class, "needsMajority", false)),

	/**
	 * After a pause ownership rests until all others have answered (T10).
	 */
	T10_ANSWERS(Replacement.returning(Awakening.class, "areAllDone", true)),

	/**
	 * What they had merged when they answered is merged before (T10).
	 */
	T10_MERGED(Replacement.returning(Replicator.class, "hasSeen", true)),

	/**
	 * While it rests nothing is claimed (T10).
	 */
	T10_CLAIMS(Replacement.returning(Reconciler.class, "isStale", false)),

	/**
	 * Who answers has merged what the other claims, and obeyed it (T10).
	 */
	T10_WRITES(Replacement.returning(Awakening.class, "written", 0L)),

	/**
	 * The consistency mode is that of the desired entry (Q1).
	 */
	Q1(Replacement.after(Ledger.class, "wanted",
			(self, arguments, result) -> (result != null) ? inModeOfType((Ledger) self, (Wanted) result) : null));

	private final Replacement replacement;

	SupervisorRule(Replacement replacement) {
		this.replacement = replacement;
	}

	/**
	 * Return what takes the rule away.
	 */
	public List<Replacement> replacements() {
		return List.of(this.replacement);
	}

	/**
	 * Take the rule away.
	 */
	public TakenAway takeAway() {
		return TakenAway.with(this.replacement);
	}

	private static PlannedStart rewritten(Ledger ledger, PlannedStart start) {
		Wanted wanted = start.wanted();
		if (start.from() == null || wanted.isStatic()) {
			return start;
		}
		Dot dot = ledger.write((writes) -> writes.put(ledger.desired(), wanted.id(), wanted.spec()));
		Placement placement = start.placement();
		return new PlannedStart(new Wanted(wanted.id(), wanted.spec(), dot, wanted.instance(), wanted.of()),
				Placement.unstarted(placement.owner(), placement.epoch(), dot, placement.reason(), placement.history()),
				true, start.from());
	}

	private static Want wantOfAny(Ledger ledger, String id) {
		return (ledger.desired().get(id) != null) ? Want.RUN : Want.END;
	}

	private static long epochAfter(Ledger ledger, String id, long atLeast) {
		long highest = atLeast;
		for (Versioned<Placement> sibling : ledger.placements().siblings(id)) {
			highest = Math.max(highest, sibling.value().epoch());
		}
		return highest + 1;
	}

	private static boolean isPlacedHigher(ChildFacts facts) {
		return facts.owner() == Owner.ALIVE && facts.placedEpoch() >= facts.localEpoch();
	}

	private static boolean isChosenHere(Object receiver, HandedOver handed) {
		Ledger ledger = (Ledger) ReflectionTestUtils.getField(receiver, "ledger");
		Placer placer = (Placer) ReflectionTestUtils.getField(receiver, "placer");
		Wanted wanted = ledger.wanted(handed.id());
		Placer.Choice choice = placer.choose(wanted, () -> {
		});
		return choice.member() != null && choice.member().self();
	}

	@SuppressWarnings("unchecked")
	private static Wanted inModeOfType(Ledger ledger, Wanted wanted) {
		Predicate<String> quorumTypes = (Predicate<String>) ReflectionTestUtils.getField(ledger, "quorumTypes");
		return new Wanted(wanted.id(), wanted.spec().withQuorum(quorumTypes.test(wanted.spec().type())), wanted.dot(),
				wanted.instance(), wanted.of());
	}

}
