package io.horde.node;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import io.horde.HordeException;
import io.horde.cluster.protocol.Expelled;
import org.jspecify.annotations.Nullable;

/**
 * The node that runs at present. An application can be stopped and started again, and
 * each start is another incarnation; what outlives them goes through here.
 */
public final class CurrentNode {

	private final List<Consumer<HordeNode>> listeners = new CopyOnWriteArrayList<>();

	private volatile @Nullable HordeNode node;

	private volatile @Nullable Expelled expelled;

	/**
	 * Return the node.
	 * @return the node, or {@code null} if none runs, or it is out of the cluster
	 */
	public @Nullable HordeNode get() {
		return this.node;
	}

	/**
	 * Return the node.
	 * @return the node
	 * @throws HordeException if none runs, or it is out of the cluster
	 */
	public HordeNode require() {
		Expelled expelled = this.expelled;
		if (expelled != null) {
			throw expelled.failure();
		}
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
		this.expelled = null;
		if (node != null) {
			this.listeners.forEach((listener) -> listener.accept(node));
		}
	}

	/**
	 * Take the node away because it is out of the cluster, until another one is set.
	 * @param expelled why
	 */
	public void expelled(Expelled expelled) {
		this.expelled = expelled;
		this.node = null;
	}

	/**
	 * Return why there is no node.
	 * @return why it is out of the cluster, or {@code null} if it is not
	 */
	public @Nullable Expelled expelled() {
		return this.expelled;
	}

	/**
	 * Add a listener, which is told of every further node before it starts.
	 * @param listener the listener
	 */
	public void onStart(Consumer<HordeNode> listener) {
		this.listeners.add(listener);
	}

}
