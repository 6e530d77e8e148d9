package io.horde.hazelcast.attack;

import java.util.EnumMap;
import java.util.Map;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;

/**
 * Lets all attacks share their victims, as long as these are unharmed.
 */
final class AttackedNodes implements BeforeEachCallback, AfterEachCallback {

	private Pairs pairs = new Pairs();

	@Override
	public void beforeEach(ExtensionContext context) {
		Store store = context.getRoot().getStore(Namespace.create(AttackedNodes.class));
		this.pairs = store.computeIfAbsent(Pairs.class, (key) -> new Pairs(), Pairs.class);
	}

	/**
	 * Return two linked nodes that nobody attacks yet.
	 * @param mode how their link is secured
	 * @return the nodes
	 */
	Victims of(Mode mode) {
		Victims victims = this.pairs.running.computeIfAbsent(mode, Victims::pair);
		victims.begin();
		return victims;
	}

	@Override
	public void afterEach(ExtensionContext context) {
		if (context.getExecutionException().isPresent()) {
			this.pairs.close();
		}
	}

	/**
	 * The victims of each mode.
	 */
	private static final class Pairs implements AutoCloseable {

		private final Map<Mode, Victims> running = new EnumMap<>(Mode.class);

		@Override
		public void close() {
			this.running.values().forEach(Victims::close);
			this.running.clear();
		}

	}

}
