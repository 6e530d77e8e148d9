package io.horde.supervisor.ownership;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

import io.horde.cluster.Member;
import io.horde.cluster.membership.MembershipView;
import io.horde.distribution.DistributionStrategy;
import io.horde.distribution.PlacementRequest;
import io.horde.distribution.RandomDistribution;
import io.horde.distribution.UniformDistribution;
import io.horde.distribution.UniformQuorumDistribution;
import io.horde.process.engine.ProcessExecutor;
import io.horde.process.engine.ProcessFactory;
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

	public Placer(EventLoop loop, ProcessExecutor executor, ProcessFactory factory,
			Function<String, DistributionStrategy> strategies, String defaultStrategy, MembershipView view,
			boolean seats) {
		this.loop = loop;
		this.executor = executor;
		this.factory = factory;
		this.strategies = strategies;
		this.defaultStrategy = defaultStrategy;
		this.view = MembershipClusterView.of(view);
		this.seats = seats;
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

	private boolean lacksSeats(DesiredChild child) {
		return child.quorum() && !this.seats;
	}

	private static Choice noSeats(String strategy) {
		return Choice.refused(NO_SEATS.formatted(strategy));
	}

	public PlacementRequest request(String id, DesiredChild child, int instance) {
		return new PlacementRequest(id, child.type(), instance, child.labels());
	}

	/**
	 * Tell whether the strategy lets a child run on this side of a partition. As long as
	 * a user's strategy has not answered it does.
	 */
	public boolean entitled(String id, DesiredChild child, int instance, Runnable decided) {
		return isOurs(this.strategies.apply(strategyName(child))) ? !lacksSeats(child)
				: choose(id, child, instance, decided).entitled();
	}

	/**
	 * Tell whether this node can run a child.
	 */
	public boolean runnableHere(String id, DesiredChild child, int instance) {
		for (Member member : this.view.candidates(request(id, child, instance))) {
			if (member.self()) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Choose a node. Called on the loop.
	 * @param decided called on the loop when an answer that is not at hand has come
	 */
	public Choice choose(String id, DesiredChild child, int instance, Runnable decided) {
		String name = strategyName(child);
		DistributionStrategy strategy = this.strategies.apply(name);
		if (lacksSeats(child)) {
			return noSeats(name);
		}
		PlacementRequest request = request(id, child, instance);
		if (isOurs(strategy)) {
			return ask(name, strategy, request, this.view);
		}
		this.asksUsers = true;
		Question question = new Question(name, request);
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
	public Choice chooseNow(String id, DesiredChild child, int instance) {
		String name = strategyName(child);
		DistributionStrategy strategy = this.strategies.apply(name);
		if (lacksSeats(child)) {
			return noSeats(name);
		}
		return ask(name, strategy, request(id, child, instance), this.view);
	}

	private void askElsewhere() {
		MembershipClusterView asked = this.view;
		List<Question> questions = List.copyOf(this.open);
		this.executor.execute(() -> {
			List<Choice> answers = new ArrayList<>();
			for (Question question : questions) {
				answers.add(ask(question.strategy(), this.strategies.apply(question.strategy()), question.request(),
						asked));
			}
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

	private static Choice ask(String name, DistributionStrategy strategy, PlacementRequest request,
			MembershipClusterView view) {
		try {
			if (!strategy.hasQuorum(view)) {
				return new Choice(null, "strategy '" + name + "' sees no quorum on this side", false, true);
			}
			Optional<Member> chosen = strategy.chooseNode(request, view);
			return chosen.map((member) -> new Choice(member, "", true, true))
				.orElseGet(() -> new Choice(null, "strategy '" + name + "' chose no member", true, true));
		}
		catch (RuntimeException ex) {
			logger.error("Distribution strategy '{}' failed for child '{}', which counts as \"no node\"", name,
					request.childId(), ex);
			return new Choice(null, "strategy '" + name + "' failed: " + ex, true, true);
		}
	}

	private static boolean isOurs(DistributionStrategy strategy) {
		Class<?> type = strategy.getClass();
		return type == UniformDistribution.class || type == UniformQuorumDistribution.class
				|| type == RandomDistribution.class;
	}

	/**
	 * Wait until the strategies have answered. Called on the loop.
	 */
	public void whenChosen(String id, DesiredChild child, int instance, Consumer<Choice> then) {
		Choice choice = choose(id, child, instance, () -> whenChosen(id, child, instance, then));
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
