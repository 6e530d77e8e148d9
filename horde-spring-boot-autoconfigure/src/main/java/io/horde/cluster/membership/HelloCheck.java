package io.horde.cluster.membership;

import java.time.Duration;
import java.util.function.Function;
import java.util.function.ToLongFunction;

import io.horde.cluster.protocol.Hello;
import io.horde.cluster.protocol.MemberRecord;
import io.horde.cluster.protocol.Refusal;
import io.horde.wire.MalformedFrameException;
import org.jspecify.annotations.Nullable;

/**
 * Judges the hello of a peer.
 */
final class HelloCheck {

	private static final long MAX_CLOCK_DIFFERENCE = Duration.ofHours(24).toMillis();

	private HelloCheck() {
	}

	/**
	 * Decide whether to link up with a peer.
	 * @param own this node's hello
	 * @param address the peer's advertised address
	 * @param bytes the peer's hello, from outside
	 * @param admission decides about its incarnation
	 * @param last the highest incarnation that is known of a name
	 * @return {@code null} to accept
	 */
	static @Nullable Refused judge(Hello own, String address, byte[] bytes,
			Function<MemberRecord, Admission.Decision> admission, ToLongFunction<String> last) {
		Hello peer;
		try {
			peer = Hello.of(bytes);
		}
		catch (MalformedFrameException ex) {
			return new Refused(Refusal.MALFORMED, "The hello from " + address + " is no hello of Horde: "
					+ ex.getMessage() + "; check what listens at that address");
		}
		String here = "node " + own.member().id().node() + " at " + own.member().address();
		String there = "node " + peer.member().id().node() + " at " + address;
		if (!own.cluster().equals(peer.cluster())) {
			return new Refused(Refusal.CLUSTER_NAME,
					there + " belongs to cluster '" + peer.cluster() + "', " + here + " to cluster '" + own.cluster()
							+ "'; if they belong together, give both the same horde.cluster.name");
		}
		if (!own.protocol().overlaps(peer.protocol())) {
			return new Refused(Refusal.PROTOCOL, there + " speaks version " + peer.protocol() + " of Horde's protocol, "
					+ here + " version " + own.protocol() + "; upgrade the older one, over neighbouring releases");
		}
		if (peer.member().id().equals(own.member().id())) {
			return new Refused(Refusal.SELF, address + " is an address of this node itself");
		}
		long offset = peer.wallClock() - own.wallClock();
		if (Math.abs(offset) > MAX_CLOCK_DIFFERENCE) {
			return new Refused(Refusal.CLOCK, "The wall clock of " + there + " is "
					+ Duration.ofMillis(offset).toHours() + " h ahead of that of " + here + "; set the clocks");
		}
		return refused(admission.apply(peer.member()), last.applyAsLong(peer.member().id().node()), there, here);
	}

	private static @Nullable Refused refused(Admission.Decision decision, long last, String there, String here) {
		return switch (decision) {
			case ADMIT, REPLACE -> null;
			case WAIT -> new Refused(Refusal.WAIT,
					here + " is finding out whether the former start of " + there + " is still alive");
			case DUPLICATE -> new Refused(Refusal.DUPLICATE,
					there + " has the name of a member that is alive; give each node its own horde.node.name");
			case STALE -> new Refused(Refusal.REPLACED, there + " was replaced by a later start of the same name");
			case BEHIND ->
				new Refused(Refusal.BEHIND, Refusal.startedBefore(there, last) + "; it has to begin anew, above that");
			case FORGOTTEN ->
				new Refused(Refusal.FORGOTTEN, there + " was declared gone for good; it has to begin anew");
		};
	}

	/**
	 * A refusal.
	 *
	 * @param refusal the kind
	 * @param text the reason and the remedy
	 */
	record Refused(Refusal refusal, String text) {

		String sentence() {
			return this.refusal.sentence(this.text);
		}

	}

}
