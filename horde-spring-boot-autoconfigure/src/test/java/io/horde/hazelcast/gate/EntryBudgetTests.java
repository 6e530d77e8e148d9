package io.horde.hazelcast.gate;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EntryBudget}.
 */
class EntryBudgetTests {

	private static final InetAddress PEER = address(1);

	private static final InetAddress STRANGER = address(2);

	private long now = Long.MAX_VALUE - 5;

	private final EntryBudget budget = new EntryBudget(() -> this.now, 65536);

	private final List<Waiting> waiting = new ArrayList<>();

	@Test
	void strangerHasAFewHandshakes() {
		assertThat(begun(STRANGER, 100)).isEqualTo(8);
		this.now += TimeUnit.SECONDS.toNanos(1);
		assertThat(begun(STRANGER, 100)).isEqualTo(4);
		assertThat(begun(address(3), 100)).isEqualTo(8);
	}

	@Test
	void allStrangersTogetherHaveABound() {
		int begun = 0;
		for (int i = 0; i < 5000; i++) {
			begun += begun(address(100 + i), 20);
		}
		assertThat(begun).isEqualTo(32);
		this.now += TimeUnit.SECONDS.toNanos(1);
		for (int i = 0; i < 5000; i++) {
			begun += begun(address(100 + i), 20);
		}
		assertThat(begun).isEqualTo(48);
	}

	@Test
	void strangersTakeNothingFromWhereAPeerIs() {
		this.budget.know(PEER);
		for (int i = 0; i < 5000; i++) {
			begun(address(100 + i), 1);
		}
		assertThat(begun(PEER, 1000)).isEqualTo(128);
		this.now += TimeUnit.SECONDS.toNanos(1);
		assertThat(begun(PEER, 1000)).isEqualTo(64);
	}

	@Test
	void peerThatIsOftenHeardOfIsNotForgotten() {
		this.budget.know(PEER);
		for (int i = 0; i < 5000; i++) {
			this.budget.know(address(100 + i));
			this.budget.know(PEER);
		}
		assertThat(this.budget.isKnown(PEER)).isTrue();
		assertThat(this.budget.isKnown(address(100))).isFalse();
	}

	@Test
	void fewMayWaitForAMinuteAfterDescriptorsHaveRunOut() {
		for (int i = 0; i < 16; i++) {
			add(address(100 + i), 1, 0);
		}
		assertThat(this.budget.victim(STRANGER, this.waiting)).isNull();
		this.budget.save();
		assertThat(this.budget.isExceededBy(16)).isFalse();
		assertThat(this.budget.isExceededBy(17)).isTrue();
		assertThat(this.budget.victim(STRANGER, this.waiting)).isSameAs(this.waiting.get(0));
		this.now += TimeUnit.MINUTES.toNanos(1);
		assertThat(this.budget.isExceededBy(256)).isFalse();
		assertThat(this.budget.victim(STRANGER, this.waiting)).isNull();
	}

	@Test
	void strangersGetAnEighthOfTheDescriptors() {
		EntryBudget few = new EntryBudget(() -> this.now, 800);
		assertThat(few.isExceededBy(100)).isFalse();
		assertThat(few.isExceededBy(101)).isTrue();
		assertThat(new EntryBudget(() -> this.now, 20).isExceededBy(16)).isFalse();
	}

	@Test
	void nobodyHasToGoWhileThereIsRoom() {
		add(STRANGER, 31, 0);
		assertThat(this.budget.victim(STRANGER, this.waiting)).isNull();
		add(PEER, 30, 0);
		add(address(3), 31, 0);
		assertThat(this.budget.victim(STRANGER, this.waiting)).isNull();
	}

	@Test
	void strangerWhoComesTooOftenTurnsHimselfOut() {
		add(address(3), 10, 0);
		add(STRANGER, 16, 3);
		add(STRANGER, 16, 1);
		assertThat(this.budget.victim(STRANGER, this.waiting)).isEqualTo(new Waiting(STRANGER, 1, 26));
		assertThat(this.budget.victim(address(3), this.waiting)).isNull();
		assertThat(this.budget.victim(PEER, this.waiting)).isNull();
	}

	@Test
	void whereAPeerIsThereMayBeMore() {
		this.budget.know(PEER);
		add(PEER, 191, 2);
		assertThat(this.budget.victim(PEER, this.waiting)).isNull();
		add(PEER, 1, 1);
		assertThat(this.budget.victim(PEER, this.waiting)).isEqualTo(new Waiting(PEER, 1, 191));
		assertThat(this.budget.victim(STRANGER, this.waiting)).isNull();
	}

	@Test
	void whenAllIsFullAStrangerGoesFirst() {
		this.budget.know(PEER);
		add(PEER, 100, 0);
		for (int i = 0; i < 156; i++) {
			add(address(100 + i), 1, 4);
		}
		assertThat(this.budget.victim(PEER, this.waiting)).isEqualTo(new Waiting(address(100), 4, 100));
		assertThat(this.budget.victim(STRANGER, this.waiting)).isEqualTo(new Waiting(address(100), 4, 100));
	}

	@Test
	void whenOnlyPeersWaitTheOneThatGotLeastFarGoes() {
		this.budget.know(PEER);
		this.budget.know(address(3));
		add(PEER, 100, 2);
		add(address(3), 156, 1);
		assertThat(this.budget.victim(PEER, this.waiting)).isEqualTo(new Waiting(address(3), 1, 100));
	}

	private void add(InetAddress source, int count, int progress) {
		for (int i = 0; i < count; i++) {
			this.waiting.add(new Waiting(source, progress, this.waiting.size()));
		}
	}

	private int begun(InetAddress source, int times) {
		int begun = 0;
		for (int i = 0; i < times; i++) {
			begun += this.budget.begin(source) ? 1 : 0;
		}
		return begun;
	}

	private static InetAddress address(int number) {
		try {
			return InetAddress.getByAddress(new byte[] { 10, 0, (byte) (number >>> 8), (byte) number });
		}
		catch (UnknownHostException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private record Waiting(InetAddress source, int progress, int arrival) implements EntryBudget.Waiting {

	}

}
