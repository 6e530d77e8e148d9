package io.horde.registry.names;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MembershipListener;
import io.horde.cluster.membership.MembershipView;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import io.horde.registry.names.ConflictRules.Decision;
import io.horde.registry.names.RegistrationTable.Held;
import io.horde.replication.MapListener;
import io.horde.time.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a table of registrations and the owners of this node in agreement: settles
 * conflicts, repeats registrations that vanished, removes those of nodes that are gone,
 * and tells what became visible or invisible. Lives on the event loop.
 */
public final class RegistrationUpkeep implements MapListener<NameRegistration>, MembershipListener {

	/*
	 * Level-triggered: each event only names a key, and what is done follows from the
	 * map, the held registrations and the view as they are then.
	 */

	private final EventLoop loop;

	private final RegistrationTable table;

	private final ConflictRules rules;

	private final Listener listener;

	private final GoneRegistrations gone;

	private final Set<String> contested = new LinkedHashSet<>();

	private final Set<String> yielded = new LinkedHashSet<>();

	private MembershipView view;

	private boolean stopped;

	public RegistrationUpkeep(EventLoop loop, RegistrationTable table, ConflictRules rules, MembershipView view,
			Listener listener) {
		this.loop = loop;
		this.table = table;
		this.rules = rules;
		this.view = view;
		this.listener = listener;
		this.gone = new GoneRegistrations(table, view);
	}

	/**
	 * Set which registrations of nodes that are gone are left where they are, because a
	 * process will take them over.
	 */
	public void awaits(Predicate<Versioned<NameRegistration>> awaited) {
		this.gone.awaits(awaited);
	}

	/**
	 * What was awaited under a key may be so no longer.
	 */
	public void awaitedChanged(String key) {
		if (!this.stopped) {
			this.gone.clean(this.table.map().siblings(key));
		}
	}

	public void stop() {
		this.stopped = true;
	}

	@Override
	public void changed(String key, @Nullable Versioned<NameRegistration> before,
			@Nullable Versioned<NameRegistration> after) {
		this.gone.changed(key, before, after);
		siblingsChanged(key);
	}

	@Override
	public void siblingsChanged(String key) {
		List<Versioned<NameRegistration>> siblings = this.table.map().siblings(key);
		if (siblings.size() > 1) {
			this.contested.add(key);
		}
		else {
			this.contested.remove(key);
		}
		reconcile(key);
		this.gone.clean(siblings);
		this.listener.changed(key);
	}

	private void reconcile(String key) {
		Held mine = this.table.held(key);
		if (mine == null || this.stopped || this.view.own().status() == MemberStatus.LEFT) {
			this.yielded.remove(key);
			return;
		}
		List<Versioned<NameRegistration>> siblings = this.table.map().siblings(key);
		boolean alive = false;
		boolean remains = false;
		List<Versioned<NameRegistration>> rivals = new ArrayList<>();
		for (Versioned<NameRegistration> sibling : siblings) {
			if (sibling.dot().equals(mine.registration().dot())) {
				alive = true;
			}
			else if (!VisibleRegistrations.isHidden(this.view, sibling.origin())) {
				rivals.add(sibling);
			}
			else {
				remains |= this.gone.isGone(sibling.origin());
			}
		}
		boolean stands = alive && !(remains && rivals.isEmpty());
		Decision decision = this.rules.decide(mine.registration(), stands, rivals);
		if (!carryOut(decision, mine, siblings, !rivals.isEmpty())) {
			this.loop.execute(() -> reconcile(key));
		}
	}

	/* Returns false if what was decided upon has changed meanwhile. */
	private boolean carryOut(Decision decision, Held mine, List<Versioned<NameRegistration>> seen, boolean contested) {
		if (decision instanceof Decision.Yield) {
			this.yielded.add(mine.key());
			return true;
		}
		this.yielded.remove(mine.key());
		boolean current = true;
		if (decision instanceof Decision.Assert assertion) {
			current = this.table.assertAgain(mine, seen, assertion.disputes());
			if (current && contested) {
				this.listener.won(mine);
			}
		}
		else if (decision instanceof Decision.Lose defeat) {
			current = this.table.lose(mine, seen);
			if (current) {
				this.listener.lost(mine, defeat.winner());
			}
		}
		return current;
	}

	@Override
	public void viewChanged(MembershipView before, MembershipView after) {
		this.view = after;
		this.gone.viewChanged(before, after);
		Set<String> affected = new LinkedHashSet<>();
		List<ReplicaId> gone = new ArrayList<>();
		boolean seenOtherwise = false;
		for (ReplicaId replica : known(before, after)) {
			Set<String> keys = this.gone.keys(replica);
			if (VisibleRegistrations.isHidden(before, replica) != VisibleRegistrations.isHidden(after, replica)) {
				seenOtherwise = true;
				affected.addAll(keys);
			}
			if (!keys.isEmpty() && this.gone.isGone(replica)) {
				gone.add(replica);
			}
		}
		if (seenOtherwise) {
			affected.addAll(this.contested);
			affected.addAll(this.yielded);
			affected.forEach((key) -> {
				reconcile(key);
				this.listener.changed(key);
			});
		}
		this.gone.cleanAllOf(gone);
	}

	private static Set<ReplicaId> known(MembershipView before, MembershipView after) {
		Set<ReplicaId> known = new TreeSet<>();
		before.members().forEach((member) -> known.add(member.id()));
		after.members().forEach((member) -> known.add(member.id()));
		return known;
	}

	/**
	 * Told of what happens to registrations, on the event loop.
	 */
	public interface Listener {

		/**
		 * Who has a key, or with which value, may look different now.
		 * @param key the key
		 */
		void changed(String key);

		/**
		 * An owner of this node has won a conflict.
		 * @param mine its registration
		 */
		default void won(Held mine) {
		}

		/**
		 * An owner of this node has lost a conflict and does not hold the key any more.
		 * @param mine its registration
		 * @param winner who has it
		 */
		default void lost(Held mine, Versioned<NameRegistration> winner) {
		}

	}

}
