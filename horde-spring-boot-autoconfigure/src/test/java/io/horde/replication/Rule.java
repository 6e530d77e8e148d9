package io.horde.replication;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;

import io.horde.crdt.CausalContext;
import io.horde.crdt.Change;
import io.horde.crdt.Delta;
import io.horde.crdt.DotContext;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.ReplicaState;
import io.horde.crdt.Versioned;
import io.horde.replication.protocol.LoggedDelta;
import io.horde.rules.Replacement;
import io.horde.rules.TakenAway;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the protocol that a test can take from a replicator, one at a time, to see
 * that the simulator would notice.
 */
enum Rule {

	/**
	 * Removals take sequence numbers, and the digest shows them (R1).
	 */
	R1(Replacement.of(Store.class, "number", Rule::numberUnlessRemoval)),

	/**
	 * A delta is merged after all earlier ones of its origin, or with exact dots (R2).
	 */
	R2_ORDER(Replacement.returning(DeltaInbox.class, "continues", true),
			Replacement.after(ReplicaState.class, "merge", Rule::advance)),

	/**
	 * A dot that is seen in a removal only stays known (R2).
	 */
	R2_SINGLES(Replacement.after(Store.class, "read", Rule::withoutUnseenRemovals)),

	/**
	 * A reconciliation advances the vector at its end, not before (R2).
	 */
	R2_END(Replacement.of(Store.class, "reconcile", Rule::completeFirst)),

	/**
	 * An owner removes only what it wrote itself (R3).
	 */
	R3(Replacement.returning(Writes.class, "isOwn", true)),

	/**
	 * Concurrent values have one total order, the same everywhere (R4). It is a
	 * collaborator of the maps.
	 */
	R4,

	/**
	 * Logs keep the deltas of all origins (R5).
	 */
	R5_LOGS(Replacement.returning(Store.class, "logForOthers", null)),

	/**
	 * What no log holds is reconciled (R5).
	 */
	R5_REST(Replacement.returning(AntiEntropy.class, "reconcile", null)),

	/**
	 * What was seen of an origin is dropped when all remaining members have confirmed the
	 * same, and state from before a forget is not merged (R6).
	 */
	R6(Replacement.returning(Pruning.class, "outdated", null),
			Replacement.returning(Pruning.class, "isGoneForLong", true),
			Replacement.returning(Pruning.class, "isPrunableForAll", true),
			Replacement.returning(PruningHistory.class, "isKnown", true),
			Replacement.returning(PruningHistory.class, "compare", null)),

	/**
	 * What was seen of an origin that is gone is not kept for ever (R6).
	 */
	R6_BOUND(Replacement.returning(Pruning.class, "prune", null)),

	/**
	 * What nobody has of an origin that is gone counts as seen (R6).
	 */
	R6_GAPS(Replacement.returning(OriginTable.Rest.class, "hasGaps", false)),

	/**
	 * A joiner whose source dies starts again with another (R8).
	 */
	R8(Replacement.of(Joiner.class, "tryAgain", Rule::stop)),

	/**
	 * A difference is pulled only if it does not close by itself (R9).
	 */
	R9(Replacement.returning(AntiEntropy.class, "isEarly", false),
			Replacement.returning(AntiEntropy.class, "quiet", Duration.ZERO),
			Replacement.returning(AntiEntropy.class, "settling", Duration.ZERO)),

	/**
	 * A write is held when another member that is up has merged it (R10).
	 */
	R10(Replacement.of(Holds.class, "add", Rule::hold)),

	/**
	 * Local writes and merges happen under the lock (N5). The lock is a collaborator of
	 * the replicator.
	 */
	N5;

	private final Replacement[] replacements;

	Rule(Replacement... replacements) {
		this.replacements = replacements;
	}

	/**
	 * Take this rule away from all replicators.
	 */
	TakenAway takeAway() {
		return TakenAway.with(this.replacements);
	}

	/**
	 * Return the order of concurrent values for a node: R4 is taken away by another one.
	 */
	static Comparator<Versioned<?>> order(@Nullable Rule missing, ReplicaId self) {
		return (missing != R4) ? Versioned.BY_STAMP
				: Comparator.comparing((Versioned<?> version) -> version.origin().equals(self));
	}

	private static @Nullable Object numberUnlessRemoval(Object store, Object[] arguments) {
		Store self = (Store) store;
		LoggedDelta delta = (LoggedDelta) arguments[0];
		boolean removal = self.codecs()
			.read(self.self(), delta, UnaryOperator.identity())
			.changes()
			.stream()
			.allMatch((change) -> change.value() == null);
		return removal ? null : Replacement.OWN_BODY;
	}

	private static Object advance(Object state, Object[] arguments, Object inOrder) {
		Delta delta = (Delta) arguments[0];
		((ReplicaState) state).context().advance(delta.origin(), delta.last());
		return true;
	}

	private static Object withoutUnseenRemovals(Object store, Object[] arguments, Object read) {
		Delta delta = (Delta) read;
		DotContext context = ((Store) store).context();
		List<Change> changes = delta.changes()
			.stream()
			.map((change) -> new Change(change.map(), change.key(), change.value(),
					change.removed().stream().filter(context::knows).toList()))
			.toList();
		return new Delta(delta.origin(), delta.first(), delta.stamp(), changes);
	}

	private static Object completeFirst(Object store, Object[] arguments) {
		((Store) store).complete((CausalContext) arguments[1]);
		return Replacement.OWN_BODY;
	}

	private static @Nullable Object stop(Object joiner, Object[] arguments) {
		((Joiner) joiner).stop();
		return null;
	}

	private static @Nullable Object hold(Object holds, Object[] arguments) {
		((CompletableFuture<?>) arguments[1]).complete(null);
		return null;
	}

}
