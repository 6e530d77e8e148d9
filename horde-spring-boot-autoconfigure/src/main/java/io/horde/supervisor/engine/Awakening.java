package io.horde.supervisor.engine;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

import io.horde.cluster.membership.MemberState;
import io.horde.cluster.membership.MembershipView;
import io.horde.crdt.CausalContext;
import io.horde.crdt.ReplicaId;
import io.horde.process.engine.LocalProcess;
import io.horde.process.engine.LoopLease;
import io.horde.replication.Replicator;
import io.horde.supervisor.engine.SupervisorMessage.OwnershipAnswer;
import io.horde.supervisor.engine.SupervisorMessage.OwnershipQuestion;
import io.horde.supervisor.ownership.ChildFacts.Here;
import io.horde.supervisor.ownership.Ledger;
import io.horde.time.clock.Moment;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of the processes that need no quorum when this node has stood still: they
 * are no owners until the others have told what they did meanwhile (T10). Confined to the
 * loop, except for what says otherwise.
 */
final class Awakening {

	/*-
	 *                 no turn for too long                 each member has answered, or is DOWN;
	 *  the loop turns --------------------> ownership      what they know is merged and decided on
	 *        ^                              rests: asks --------------------.
	 *        |                               ^       |                      |
	 *        |                               `-------' stood still again,   |
	 *        |                                         or claimed a child   |
	 *        `--------------------------------------------------------------'
	 *
	 * The loop's lease runs from the last heartbeat: as long as the others bear its
	 * silence. Who reads isOwner() finds that it has ended before the loop does.
	 *
	 * An answer is what its sender has merged, so nothing is sent twice. All of it is
	 * merged and decided on before ownership returns. It may be a mere claim, against
	 * which a copy here asserts itself (O4); then the claimant may have begun meanwhile.
	 * So who answers has merged all that was claimed here, and obeyed it, and after
	 * another claim all are asked again. There are few: what this node could claim by
	 * what it knew when it fell asleep has to wait.
	 *
	 * A question is a sign of life, and who answers does not take this node for gone, or
	 * it would take over more behind its answer. So from the question on silence is borne
	 * anew.
	 */

	private static final Logger logger = LoggerFactory.getLogger(Awakening.class);

	private final Commons commons;

	private final Ledger ledger;

	private final Replicator replicator;

	private final LocalChildren locals;

	private final Reconciler reconciler;

	private final LoopLease lease;

	private final long borneSilence;

	/** The last sign of life that this node has given. */
	private @Nullable Moment sign;

	/** When ownership began to rest. */
	private @Nullable Moment since;

	private long round;

	/** What the others have to have merged before they answer. */
	private long written;

	private boolean asking;

	private final TreeMap<ReplicaId, CausalContext> answers = new TreeMap<>();

	private final Set<ReplicaId> done = new TreeSet<>();

	private boolean deciding;

	private final Set<LocalProcess> owners = new HashSet<>();

	private final Set<LocalProcess> caught = new HashSet<>();

	private volatile int resting;

	Awakening(Commons commons, LocalChildren locals, Reconciler reconciler) {
		this.commons = commons;
		this.ledger = commons.ledger();
		this.replicator = this.ledger.replicator();
		this.locals = locals;
		this.reconciler = reconciler;
		this.lease = commons.lease();
		this.borneSilence = this.ledger.membership().settings().borneSilence();
	}

	/**
	 * Return how many processes are no owners because of this. May be called from any
	 * thread.
	 */
	int resting() {
		return this.resting;
	}

	/**
	 * The loop turns.
	 * @param beats whether heartbeats go out after this
	 */
	void turned(boolean beats) {
		look();
		if (beats) {
			sign(Moment.of(this.commons.loop()));
			if (isResting()) {
				ask();
			}
		}
		check();
	}

	private void sign(Moment now) {
		this.sign = now;
		if (!isResting()) {
			this.lease.extend(now.plus(this.borneSilence));
		}
	}

	private boolean isResting() {
		return this.since != null;
	}

	/**
	 * Find out whether this node has stood still.
	 */
	private void look() {
		Moment now = Moment.of(this.commons.loop());
		Moment sign = this.sign;
		if (sign == null) {
			sign(now);
		}
		else if (sign.plus(this.borneSilence).isPast(now)) {
			stoodStill(sign, now);
		}
	}

	private void stoodStill(Moment sign, Moment now) {
		this.lease.rest();
		this.sign = now;
		this.since = (this.since != null) ? this.since : now;
		this.commons.counters().pauses().increment();
		this.locals.all().forEach(this::rest);
		this.resting = this.owners.size();
		warn(sign, now);
		nextRound();
	}

	private void rest(LocalChild child) {
		LocalProcess process = child.process();
		if (process != null && !child.isQuorum() && child.here() != Here.STARTING && this.owners.add(process)
				&& !process.isIdle()) {
			this.caught.add(process);
		}
	}

	private void warn(Moment sign, Moment now) {
		Duration awake = Duration.ofNanos(now.nanos() - sign.nanos());
		Duration passed = Duration.ofMillis(now.millis() - sign.millis());
		String what = (awake.toNanos() >= this.borneSilence)
				? "has stood still for " + seconds(awake) + ": others may have taken it for gone"
				: "was suspended, or its clock was set: " + seconds(passed) + " have passed on its wall clock, and "
						+ seconds(awake) + " on the monotonic one";
		List<String> others = others().stream().map(MemberState::name).toList();
		logger.warn("Node '{}' {}. {} of its processes rest, and are no owners until {}", this.ledger.node(), what,
				this.resting, others.isEmpty() ? "it has looked around: nobody else is there"
						: "these have told what they know of them: " + String.join(", ", others));
	}

	private static String seconds(Duration duration) {
		return duration.toMillis() / 100 / 10.0 + " s";
	}

	/*
	 * What was written before goes out first.
	 */
	private void nextRound() {
		this.round++;
		this.written = written();
		this.answers.clear();
		this.done.clear();
		this.deciding = false;
		if (!this.asking) {
			this.asking = true;
			this.commons.loop().execute(() -> {
				this.asking = false;
				ask();
				check();
			});
		}
	}

	private long written() {
		return this.replicator.merged(this.ledger.self());
	}

	/*
	 * Also those that are not UP, or were not when this node fell asleep: only who is
	 * DOWN has surely done nothing that this node could know of.
	 */
	private List<MemberState> others() {
		MembershipView view = this.ledger.view();
		return view.members()
			.stream()
			.filter((member) -> !member.id().equals(view.self()) && !view.hides(member.id()))
			.toList();
	}

	private void ask() {
		OwnershipQuestion question = new OwnershipQuestion(this.round, this.written);
		for (MemberState member : others()) {
			if (!isDone(member)) {
				this.commons.outbox().offer(member.id(), question);
			}
		}
	}

	/**
	 * Tell whether all that a member had merged when it answered is merged here.
	 */
	private boolean isDone(MemberState member) {
		CausalContext seen = this.answers.get(member.id());
		if (seen != null && this.replicator.hasSeen(seen)) {
			this.answers.remove(member.id());
			this.done.add(member.id());
		}
		return this.done.contains(member.id());
	}

	private boolean areAllDone() {
		return others().stream().allMatch(this::isDone);
	}

	/**
	 * Answer another member, when all is decided that follows from what is merged by now.
	 */
	void asked(ReplicaId from, OwnershipQuestion question) {
		this.commons.loop().execute(() -> {
			if (!this.ledger.view().hides(from) && this.replicator.merged(from) >= question.merged()) {
				this.commons.outbox().offer(from, new OwnershipAnswer(question.round(), this.replicator.seen()));
			}
		});
	}

	/**
	 * Take the answer of another member.
	 */
	void answered(ReplicaId from, OwnershipAnswer answer) {
		look();
		if (isResting() && answer.round() == this.round && !this.done.contains(from)) {
			this.answers.put(from, answer.seen());
			check();
			if (this.answers.containsKey(from)) {
				this.replicator.catchUp(from, answer.seen());
			}
		}
	}

	/**
	 * A child was claimed here, or once more: all are asked again, behind that.
	 */
	void claimed() {
		if (isResting()) {
			nextRound();
		}
	}

	/**
	 * Tell whether a created process may be opened now; if not, it is taken for created
	 * when ownership rests no longer.
	 */
	boolean mayOpen(LocalChild child) {
		look();
		if (isResting() && !child.isQuorum()) {
			this.lease.whenItHolds(() -> open(child));
			return false;
		}
		return true;
	}

	private void open(LocalChild child) {
		LocalProcess process = child.process();
		if (process != null) {
			this.locals.created(process);
		}
	}

	/**
	 * Let ownership return if nothing stands in its way.
	 */
	void check() {
		if (isResting() && !this.deciding && areAllDone()) {
			this.deciding = true;
			long round = this.round;
			this.locals.all().forEach((child) -> this.reconciler.changed(child.id()));
			this.commons.loop().execute(() -> decided(round));
		}
	}

	private void decided(long round) {
		look();
		if (round == this.round) {
			this.deciding = false;
			if (areAllDone()) {
				goOn();
			}
		}
	}

	private void goOn() {
		Moment since = Objects.requireNonNull(this.since);
		this.since = null;
		sign(Objects.requireNonNull(this.sign));
		long rested = TimeUnit.NANOSECONDS.toMillis(this.commons.loop().nanoTime() - since.nanos());
		long goOn = this.owners.stream().filter(LocalProcess::isOwner).count();
		long caught = this.caught.stream().filter((process) -> !process.isOwner()).count();
		this.commons.counters().caught().add(caught);
		logger.info(
				"{} processes of node '{}' are owners again, {} ms after it has woken; {} others run elsewhere by now"
						+ " or have ended, {} of them in the midst of their code",
				goOn, this.ledger.node(), rested, this.owners.size() - goOn, caught);
		this.resting = 0;
		this.owners.clear();
		this.caught.clear();
	}

}
