package io.horde.node;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

import io.horde.cluster.HordeCluster;
import io.horde.cluster.Member;
import io.horde.cluster.Quorum;

/**
 * The cluster as the application sees it: that of the node that runs at present.
 */
public final class CurrentCluster implements HordeCluster {

	private final CurrentNode node;

	public CurrentCluster(CurrentNode node) {
		this.node = node;
	}

	private HordeCluster current() {
		return this.node.require().cluster();
	}

	@Override
	public Member self() {
		return current().self();
	}

	@Override
	public List<Member> members() {
		return current().members();
	}

	@Override
	public Quorum quorum() {
		return current().quorum();
	}

	@Override
	public boolean awaitQuorum(Duration timeout) throws InterruptedException {
		return current().awaitQuorum(timeout);
	}

	@Override
	public void setMembers(Collection<String> addresses) {
		current().setMembers(addresses);
	}

	@Override
	public void forget(String memberName) {
		current().forget(memberName);
	}

	@Override
	public void forgetByForce(String memberName) {
		current().forgetByForce(memberName);
	}

}
