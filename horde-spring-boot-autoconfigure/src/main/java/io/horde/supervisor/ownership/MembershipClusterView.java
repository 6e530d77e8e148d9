package io.horde.supervisor.ownership;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

import io.horde.cluster.Member;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MemberState;
import io.horde.cluster.membership.MembershipView;
import io.horde.cluster.protocol.TypeAnnouncement;
import io.horde.distribution.ClusterView;
import io.horde.distribution.HashRing;
import io.horde.distribution.PlacementRequest;

/**
 * A {@link MembershipView} as strategies see it. Candidates and rings are computed once;
 * rings are passed on to the next view, where nearly always the same ones are needed.
 */
public final class MembershipClusterView implements ClusterView {

	private static final int MAX_RINGS = 64;

	private final MembershipView view;

	private final List<Member> members;

	private final Map<Kind, List<Member>> candidates = new ConcurrentHashMap<>();

	private final Map<Kind, HashRing> rings = new ConcurrentHashMap<>();

	private final Map<List<Share>, HashRing> known;

	private MembershipClusterView(MembershipView view, Map<List<Share>, HashRing> known) {
		this.view = view;
		this.members = view.members()
			.stream()
			.filter((member) -> !view.isReplaced(member.id()))
			.map(view::describe)
			.toList();
		this.known = known;
	}

	/**
	 * Create a view.
	 */
	public static MembershipClusterView of(MembershipView view) {
		return new MembershipClusterView(view, new ConcurrentHashMap<>());
	}

	/**
	 * Create the view that follows this one.
	 */
	public MembershipClusterView followedBy(MembershipView next) {
		return new MembershipClusterView(next,
				(this.known.size() < MAX_RINGS) ? this.known : new ConcurrentHashMap<>());
	}

	@Override
	public long version() {
		return this.view.version();
	}

	@Override
	public List<Member> members() {
		return this.members;
	}

	@Override
	public List<Member> candidates(PlacementRequest request) {
		return this.candidates.computeIfAbsent(Kind.of(request), this::candidates);
	}

	@Override
	public HashRing ring(PlacementRequest request) {
		Kind kind = Kind.of(request);
		HashRing ring = this.rings.get(kind);
		if (ring == null) {
			List<Member> candidates = candidates(request);
			HashRing shared = this.known.computeIfAbsent(Share.of(candidates), (shares) -> HashRing.of(candidates));
			ring = shared.with(candidates);
			this.rings.put(kind, ring);
		}
		return ring;
	}

	/**
	 * Tell why a member is no candidate.
	 * @param request what is to be placed
	 * @return the name of each member that is excluded, and why, a verb phrase
	 */
	public Map<String, String> excluded(PlacementRequest request) {
		Map<String, String> excluded = new TreeMap<>();
		for (Member member : this.members) {
			String reason = exclusion(member, Kind.of(request));
			if (!reason.isEmpty()) {
				excluded.put(member.name(), reason);
			}
		}
		return excluded;
	}

	private List<Member> candidates(Kind kind) {
		return this.members.stream().filter((member) -> exclusion(member, kind).isEmpty()).toList();
	}

	private String exclusion(Member member, Kind kind) {
		if (member.status() != MemberStatus.UP && member.status() != MemberStatus.UNREACHABLE) {
			return "is " + member.status();
		}
		if (member.weight() <= 0) {
			return "has weight 0";
		}
		MemberState state = this.view.living(member.name());
		TypeAnnouncement announcement = (state != null) ? state.types().get(kind.type()) : null;
		if (announcement == null) {
			return "can't run the type '" + kind.type() + "'";
		}
		Map<String, String> required = new TreeMap<>(announcement.labels());
		required.putAll(kind.labels());
		for (Map.Entry<String, String> label : required.entrySet()) {
			if (!label.getValue().equals(member.labels().get(label.getKey()))) {
				return "lacks the label " + label.getKey() + "=" + label.getValue();
			}
		}
		return "";
	}

	private record Kind(String type, Map<String, String> labels) {

		static Kind of(PlacementRequest request) {
			return new Kind(request.processType(), request.labels());
		}

	}

	/**
	 * What of a member has an influence on the points of a ring.
	 */
	private record Share(String name, int weight) {

		static List<Share> of(List<Member> members) {
			return members.stream().map((member) -> new Share(member.name(), member.weight())).toList();
		}

	}

}
