package io.horde.cluster.membership;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import io.horde.cluster.protocol.DeclaredMembers;
import io.horde.cluster.protocol.Refused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what the parts of a membership find out to where it is acted on: to the
 * membership as a whole, and to its listeners.
 */
final class MembershipEvents {

	private static final Logger logger = LoggerFactory.getLogger(MembershipEvents.class);

	private final List<MembershipListener> listeners = new ArrayList<>();

	private final Runnable after;

	private final Consumer<Refused> expelled;

	private final Consumer<DeclaredMembers> declared;

	private final Consumer<String> transportLost;

	MembershipEvents(Runnable after, Consumer<Refused> expelled, Consumer<DeclaredMembers> declared,
			Consumer<String> transportLost) {
		this.after = after;
		this.transportLost = transportLost;
		this.expelled = expelled;
		this.declared = declared;
	}

	void addListener(MembershipListener listener) {
		this.listeners.add(listener);
	}

	/**
	 * Tell all listeners, in the order in which they were added.
	 */
	void tell(Consumer<MembershipListener> what) {
		for (MembershipListener listener : this.listeners) {
			try {
				what.accept(listener);
			}
			catch (RuntimeException ex) {
				logger.error("A membership listener failed; the others are told all the same", ex);
			}
		}
	}

	/**
	 * An event has been handled.
	 */
	void after() {
		this.after.run();
	}

	/**
	 * This node can't be a member any longer.
	 */
	void expelled(Refused refused) {
		this.expelled.accept(refused);
	}

	/**
	 * There are no links any more, and there won't be any.
	 */
	void transportLost(String reason) {
		this.transportLost.accept(reason);
	}

	/**
	 * Another member list is declared (M7).
	 */
	void declared(DeclaredMembers declared) {
		this.declared.accept(declared);
	}

}
