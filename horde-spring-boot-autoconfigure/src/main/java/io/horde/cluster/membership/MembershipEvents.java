package io.horde.cluster.membership;

import java.util.function.Consumer;

import io.horde.cluster.protocol.DeclaredMembers;
import io.horde.cluster.protocol.Refusal;

/**
 * What the parts of a membership find out and the whole has to act on.
 */
interface MembershipEvents {

	/**
	 * Tell all listeners.
	 */
	void tell(Consumer<MembershipListener> what);

	/**
	 * An event has been handled.
	 */
	void after();

	/**
	 * This node can't be a member any longer.
	 */
	void expelled(Refusal refusal, String sentence);

	/**
	 * Another member list is declared (M7).
	 */
	void declared(DeclaredMembers declared);

}
