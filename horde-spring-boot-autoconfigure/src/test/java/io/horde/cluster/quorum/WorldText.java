package io.horde.cluster.quorum;

import java.util.function.LongConsumer;

import io.horde.cluster.quorum.QuorumMessage.Answer;
import io.horde.cluster.quorum.QuorumMessage.Request;
import io.horde.crdt.ReplicaId;
import io.horde.time.clock.Moment;

/**
 * A text that is the same for worlds that go on in the same way: what has run out is left
 * out, and counters are told relative to each other.
 */
final class WorldText {

	private final QuorumWorld world;

	private WorldText(QuorumWorld world) {
		this.world = world;
	}

	static String of(QuorumWorld world) {
		return new WorldText(world).describe();
	}

	private String describe() {
		StringBuilder text = new StringBuilder(600).append(this.world.time / QuorumWorld.MILLI)
			.append('/')
			.append(this.world.phase)
			.append(this.world.tokens)
			.append(this.world.forgotten)
			.append(this.world.cut)
			.append(this.world.paused);
		this.world.nodes.forEach((name, node) -> describe(node, text));
		this.world.wire.forEach((link, frames) -> {
			text.append(link);
			frames.forEach((frame) -> describe(frame, text));
		});
		return text.toString();
	}

	private void describe(QuorumWorld.Node node, StringBuilder text) {
		long now = this.world.time;
		Voter voter = node.core.voter;
		text.append('|').append(node.id.incarnation()).append(node.restarted).append(node.wants).append(node.lastEpoch);
		text.append(node.core.silence(now).hashCode());
		node.leases.forEach((key, end) -> text.append(key).append((end.nanos() - now) / QuorumWorld.MILLI));
		voter.promises.forEach((owner, promise) -> {
			long left = promise.until() - now;
			text.append(owner.node()).append(owner.incarnation());
			text.append((left > 0) ? left / QuorumWorld.MILLI : -1)
				.append(voter.lastSession() - promise.session())
				.append(';');
		});
		voter.entries.forEach((key, entry) -> {
			text.append(key).append(entry.owner().node()).append(entry.owner().incarnation()).append(entry.epoch());
			text.append(entry.released()).append(voter.lastSession() - entry.session()).append(';');
		});
		Claimant claimant = node.core.claimant;
		for (Contact contact : claimant.contacts()) {
			Moment answered = contact.answered();
			long left = (answered != null) ? answered.nanos() + this.world.settings.lease() - now : -1;
			text.append(contact.voter.node()).append(contact.voter.incarnation());
			text.append((left > 0) ? left / QuorumWorld.MILLI : -1).append(session(contact.voter, contact.session()));
			text.append((contact.agreed() != null) ? 'a' : '-');
			contact.sent.forEach((round,
					sent) -> text.append(contact.round() - round).append('@').append(sent.nanos() / QuorumWorld.MILLI));
			for (HeldKey child : claimant.held()) {
				text.append(child.isAcceptedBy(contact)).append(child.isSentTo(contact));
			}
		}
		for (HeldKey child : claimant.held()) {
			text.append(child.key)
				.append(child.epoch)
				.append(child.deadline.nanos() / QuorumWorld.MILLI)
				.append(child.refused.keySet());
		}
		claimant.releases.forEach((key, release) -> text.append(key)
			.append(release.epoch())
			.append(release.since().nanos() / QuorumWorld.MILLI)
			.append(release.confirmed()));
		LongConsumer number = (value) -> text.append(value).append(',');
		new CoreText(this.world.settings, now, number, number).add(node.core.electorate);
	}

	private long session(ReplicaId voter, long session) {
		QuorumWorld.Node node = this.world.nodes.get(voter.node());
		return (node != null && node.id.equals(voter)) ? node.core.voter.lastSession() - session : -1;
	}

	private void describe(QuorumWorld.Frame frame, StringBuilder text) {
		text.append(frame.from().incarnation()).append(frame.to().incarnation());
		if (frame.message() instanceof Request request) {
			text.append('R')
				.append(age(frame.from(), frame.to(), request.round()))
				.append(request.configuration().id());
			request.claims().forEach((key) -> text.append(key.key()).append(key.epoch()));
			request.releases().forEach((key) -> text.append('-').append(key.key()).append(key.epoch()));
		}
		else if (frame.message() instanceof Answer answer) {
			text.append('A').append(age(frame.to(), frame.from(), answer.round())).append(answer.configuration().id());
			text.append(session(frame.from(), answer.session()));
			answer.accepted().forEach((key) -> text.append(key.key()).append(key.epoch()));
			answer.refused().forEach((key) -> text.append('!').append(key.key()).append(key.epoch()));
			answer.released().forEach((key) -> text.append('-').append(key.key()).append(key.epoch()));
		}
		else {
			text.append(frame.message());
		}
	}

	private long age(ReplicaId owner, ReplicaId voter, long round) {
		QuorumWorld.Node node = this.world.nodes.get(owner.node());
		Contact contact = (node != null && node.id.equals(owner)) ? node.core.claimant.contact(voter.node()) : null;
		return (contact != null && contact.voter.equals(voter)) ? contact.round() - round : -1;
	}

}
