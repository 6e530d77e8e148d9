package io.horde.discovery;

import java.util.List;

import io.horde.cluster.MemberSource;
import io.horde.cluster.MemberSource.Candidate;

/**
 * The property {@code horde.cluster.members} lists addresses, and never changes.
 */
class StaticMembersTests extends DiscoveryCompatibilityKit {

	private static final String SELF = "10.0.0.1:7431";

	private static final String OTHER = "10.0.0.2:7432";

	@Override
	protected MemberSource look() {
		return new StaticMemberSource(List.of(SELF, OTHER));
	}

	@Override
	protected Candidate self() {
		return new Candidate(SELF, "");
	}

	@Override
	protected Candidate join(String node, boolean ephemeral) {
		return new Candidate(OTHER, "");
	}

	@Override
	protected void leave(String node) {
		throw new UnsupportedOperationException();
	}

	@Override
	protected void fail() {
		throw new UnsupportedOperationException();
	}

	@Override
	protected void recover() {
		throw new UnsupportedOperationException();
	}

	@Override
	protected void closeClient() {
	}

	@Override
	protected boolean canChange() {
		return false;
	}

	@Override
	protected boolean canFail() {
		return false;
	}

	@Override
	protected boolean tellsChanges() {
		return false;
	}

	@Override
	protected boolean tellsNames() {
		return false;
	}

}
