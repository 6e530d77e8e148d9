package io.horde.node;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import io.horde.HordeException;
import org.jspecify.annotations.Nullable;

/**
 * The node that runs at present. An application can be stopped and started again, and
 * each start is another incarnation; what outlives them goes through here.
 */
public final class CurrentNode {

	private final List<Consumer<HordeNode>> listeners = new CopyOnWriteArrayList<>();

	private volatile @Nullable HordeNode node;

	/**
	 * Return the node.
	 * @return the node, or {@code null} if none runs
	 */
	public @Nullable HordeNode get() {
		return this.node;
	}

	/**
	 * Return the node.
	 * @return the node
	 * @throws HordeException if none runs
	 */
	public HordeNode require() {
		HordeNode node = this.node;
		if (node == null) {
			throw new HordeException("This node of the Horde cluster is not running: it starts after all beans were "
					+ "created and stops before they are destroyed. Use it from an ApplicationRunner, an "
					+ "ApplicationReadyEvent listener or a request, not from a constructor or @PostConstruct");
		}
		return node;
	}

	/**
	 * Set the node.
	 * @param node the node, or {@code null} if none runs any more
	 */
	public void set(@Nullable HordeNode node) {
		this.node = node;
		if (node != null) {
			this.listeners.forEach((listener) -> listener.accept(node));
		}
	}

	/**
	 * Add a listener, which is told of every further node before it starts.
	 * @param listener the listener
	 */
	public void onStart(Consumer<HordeNode> listener) {
		this.listeners.add(listener);
	}

}
