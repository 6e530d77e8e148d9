package io.horde.autoconfigure;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

import io.horde.StartupMistakeException;
import io.horde.distribution.DistributionStrategy;
import io.horde.distribution.RandomDistribution;
import io.horde.distribution.UniformDistribution;
import io.horde.distribution.UniformQuorumDistribution;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.util.StringUtils;

/**
 * The distribution strategies by the names that properties and annotations give them.
 */
final class Strategies implements Function<String, DistributionStrategy> {

	static final String PROPERTY = "horde.supervisor.distribution";

	private static final Map<String, DistributionStrategy> SHIPPED = new TreeMap<>(Map.of("uniform",
			new UniformDistribution(), "quorum", new UniformQuorumDistribution(), "random", new RandomDistribution()));

	private final ListableBeanFactory beanFactory;

	private final @Nullable String defaultName;

	private final Map<String, DistributionStrategy> resolved = new ConcurrentHashMap<>();

	Strategies(ListableBeanFactory beanFactory, @Nullable String defaultName) {
		this.beanFactory = beanFactory;
		this.defaultName = StringUtils.hasText(defaultName) ? defaultName.strip() : null;
	}

	/**
	 * Return a strategy.
	 * @param name its name, or an empty string for the default: the one that the property
	 * names, else the only bean of the type
	 * @return the strategy
	 */
	@Override
	public DistributionStrategy apply(String name) {
		return this.resolved.computeIfAbsent(name, (missing) -> resolve(missing, "A process type"));
	}

	/**
	 * Find a strategy, or fail with an explanation.
	 * @param name its name, or an empty string for the default
	 * @param where who names it, a noun phrase
	 * @return the strategy
	 */
	DistributionStrategy require(String name, String where) {
		DistributionStrategy strategy = resolve(name, where);
		this.resolved.put(name, strategy);
		return strategy;
	}

	private DistributionStrategy resolve(String name, String where) {
		if (!name.isEmpty()) {
			return named(name, where);
		}
		return (this.defaultName != null) ? named(this.defaultName, "The property " + PROPERTY)
				: this.beanFactory.getBean(DistributionStrategy.class);
	}

	private DistributionStrategy named(String name, String where) {
		DistributionStrategy shipped = SHIPPED.get(name);
		if (shipped != null) {
			return shipped;
		}
		if (this.beanFactory.containsBean(name)
				&& this.beanFactory.getBean(name) instanceof DistributionStrategy strategy) {
			return strategy;
		}
		throw new StartupMistakeException(
				where + " names the distribution strategy '" + name + "', and there is none of that name.",
				"Use one of " + String.join(", ", SHIPPED.keySet())
						+ ", or the name of a bean of type DistributionStrategy"
						+ beans(this.beanFactory.getBeanNamesForType(DistributionStrategy.class)) + ".");
	}

	private static String beans(String[] names) {
		return (names.length > 0) ? " (there are: " + String.join(", ", names) + ")" : "";
	}

}
