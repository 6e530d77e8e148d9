package io.horde.supervisor.ownership;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

import io.horde.cluster.Member;
import io.horde.cluster.membership.Membership;
import io.horde.cluster.membership.MembershipView;
import io.horde.distribution.DistributionStrategy;
import io.horde.distribution.PlacementRequest;
import io.horde.distribution.RandomDistribution;
import io.horde.distribution.UniformDistribution;
import io.horde.distribution.UniformQuorumDistribution;
import io.horde.process.engine.ProcessExecutor;
import io.horde.process.engine.ProcessFactory;
import io.horde.process.engine.ProcessRuntime;
import io.horde.process.engine.ProcessType;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the strategies where children belong. Ours answer at once; a user's are asked on
 * the process executor, and their answers are kept for as long as the view stands.
 */
public final class Placer {

	private static final Logger logger = LoggerFactory.getLogger(Placer.class);

	private static final String NO_SEATS = "strategy '%s' needs a quorum, and it is not known how many voting seats"
			+ " there are: set horde.cluster.expected-size";

	private final EventLoop loop;

	private final ProcessExecutor executor;

	private final ProcessFactory factory;

	private final Function<String, DistributionStrategy> strategies;

	private final String defaultStrategy;

	private final Map<Question, Choice> answers = new HashMap<>();

	private final Set<Question> open = new LinkedHashSet<>();

	private final List<Runnable> waiting = new ArrayList<>();

	private boolean asksUsers;

	private final boolean seats;

	private volatile MembershipClusterView view;

	/**
	 * Creates a placer.
	 * @param strategies the distribution strategies by name; throws for an unknown one
	 * @param defaultStrategy the name of the one for types that name none
	 */
	public Placer(ProcessRuntime runtime, Function<String, DistributionStrategy> strategies, String defaultStrategy,
			Membership membership) {
		this.loop = runtime.loop();
		this.executor = runtime.executor();
		this.factory = runtime.factory();
		this.strategies = strategies;
		this.defaultStrategy = defaultStrategy;
		this.view = MembershipClusterView.of(membership.view());
		this.seats = membership.leases().isEnabled();
	}

	public MembershipClusterView view() {
		return this.view;
	}

	/**
	 * Tell whether a user's strategy was ever asked, whose {@code hasQuorum} may stop
	 * running children when the view changes.
	 */
	public boolean asksUsers() {
		return this.asksUsers;
	}

	/**
	 * Take notice of a new view. Called on the loop.
	 */
	public void viewChanged(MembershipView view) {
		this.view = this.view.followedBy(view);
		this.answers.clear();
	}

	/**
	 * Return the name of the strategy of a child, as far as this node can tell.
	 */
	String strategyName(DesiredChild child) {
		if (!child.distribution().isEmpty()) {
			return child.distribution();
		}
		ProcessType type = this.factory.type(child.type());
		return (type != null && !type.distribution().isEmpty()) ? type.distribution() : this.defaultStrategy;
	}

	/**
	 * Tell whether the strategy of a child needs a quorum. What counts for one that
	 * exists is {@link DesiredChild#quorum()} (Q1).
	 */
	boolean requiresQuorum(DesiredChild child) {
		return this.strategies.apply(strategyName(child)).requiresQuorum();
	}

	private boolean lacksSeats(Wanted wanted) {
		return wanted.spec().quorum() && !this.seats;
	}

	/**
	 * Return what strategies are asked about a child.
	 */
	public PlacementRequest request(Wanted wanted) {
		return new PlacementRequest(wanted.id(), wanted.spec().type(), wanted.instance(), wanted.spec().labels());
	}

	private Question question(Wanted wanted) {
		return new Question(strategyName(wanted.spec()), request(wanted));
	}

	/**
	 * Tell whether the strategy lets a child run on this side of a partition. As long as
	 * a user's strategy has not answered it does.
	 */
	public boolean entitled(Wanted wanted, Runnable decided) {
		return isOurs(strategyName(wanted.spec())) ? !lacksSeats(wanted) : choose(wanted, decided).entitled();
	}

	/**
	 * Tell whether this node can run a child.
	 */
	public boolean runnableHere(Wanted wanted) {
		return this.view.candidates(request(wanted)).stream().anyMatch(Member::self);
	}

	/**
	 * Choose a node. Called on the loop.
	 * @param decided called on the loop when an answer that is not at hand has come
	 */
	public Choice choose(Wanted wanted, Runnable decided) {
		Question question = question(wanted);
		if (isOurs(question.strategy()) || lacksSeats(wanted)) {
			return askNow(question, wanted);
		}
		this.asksUsers = true;
		Choice answer = this.answers.get(question);
		if (answer == null) {
			answer = Choice.UNDECIDED;
			this.waiting.add(decided);
			if (this.open.isEmpty()) {
				this.loop.execute(this::askElsewhere);
			}
			this.open.add(question);
		}
		return answer;
	}

	/**
	 * Choose a node at once, whoever the strategy belongs to. Called on a user's thread.
	 */
	public Choice chooseNow(Wanted wanted) {
		return askNow(question(wanted), wanted);
	}

	private Choice askNow(Question question, Wanted wanted) {
		return lacksSeats(wanted) ? Choice.refused(NO_SEATS.formatted(question.strategy())) : ask(question, this.view);
	}

	private void askElsewhere() {
		MembershipClusterView asked = this.view;
		List<Question> questions = List.copyOf(this.open);
		this.executor.execute(() -> {
			List<Choice> answers = questions.stream().map((question) -> ask(question, asked)).toList();
			this.loop.execute(() -> answered(asked, questions, answers));
		});
	}

	private void answered(MembershipClusterView asked, List<Question> questions, List<Choice> answers) {
		this.open.clear();
		for (int i = 0; i < questions.size() && asked == this.view; i++) {
			this.answers.put(questions.get(i), answers.get(i));
		}
		List<Runnable> waiting = new ArrayList<>(this.waiting);
		this.waiting.clear();
		waiting.forEach(Runnable::run);
	}

	private Choice ask(Question question, MembershipClusterView view) {
		String name = question.strategy();
		DistributionStrategy strategy = this.strategies.apply(name);
		try {
			if (!strategy.hasQuorum(view)) {
				return Choice.refused("strategy '" + name + "' sees no quorum on this side");
			}
			return strategy.chooseNode(question.request(), view)
				.map((member) -> new Choice(member, "", true, true))
				.orElseGet(() -> new Choice(null, "strategy '" + name + "' chose no member", true, true));
		}
		catch (RuntimeException ex) {
			logger.error("Distribution strategy '{}' failed for child '{}', which counts as \"no node\"", name,
					question.request().childId(), ex);
			return new Choice(null, "strategy '" + name + "' failed: " + ex, true, true);
		}
	}

	private boolean isOurs(String strategy) {
		Class<?> type = this.strategies.apply(strategy).getClass();
		return type == UniformDistribution.class || type == UniformQuorumDistribution.class
				|| type == RandomDistribution.class;
	}

	/**
	 * Wait until the strategies have answered. Called on the loop.
	 */
	public void whenChosen(Wanted wanted, Consumer<Choice> then) {
		Choice choice = choose(wanted, () -> whenChosen(wanted, then));
		if (choice.decided()) {
			then.accept(choice);
		}
	}

	/**
	 * The answer of a strategy.
	 *
	 * @param member the chosen member, or {@code null}
	 * @param reason why there is none
	 * @param entitled whether children may run on this side at all
	 * @param decided whether the strategy has answered
	 */
	public record Choice(@Nullable Member member, String reason, boolean entitled, boolean decided) {

		static final Choice UNDECIDED = new Choice(null, "the strategy has not answered yet", true, false);

		static Choice refused(String reason) {
			return new Choice(null, reason, false, true);
		}

	}

	private record Question(String strategy, PlacementRequest request) {

	}

}
