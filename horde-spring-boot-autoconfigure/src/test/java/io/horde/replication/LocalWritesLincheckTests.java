package io.horde.replication;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

import io.horde.crdt.Dot;
import io.horde.crdt.Fingerprint;
import io.horde.crdt.ReplicaId;
import io.horde.crdt.Versioned;
import io.horde.replication.protocol.Codecs;
import io.horde.replication.protocol.LoggedDelta;
import io.horde.time.EventLoop;
import io.horde.time.clock.HybridLogicalClock;
import io.horde.wire.FrameWriter;
import net.bytebuddy.agent.ByteBuddyAgent;
import org.jetbrains.lincheck.LincheckAssertionError;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Checks by model checking that local writes of several threads, the merges of the loop
 * and lock-free reads are linearizable (N5).
 */
class LocalWritesLincheckTests {

	private static final int MOST_ROUNDS = 20;

	private static final Duration TIME = Duration.ofSeconds(5);

	/**
	 * Let Lincheck look into the lambdas of {@code java.util}, of which comparators
	 * consist.
	 */
	@BeforeAll
	static void open() throws ClassNotFoundException {
		Module reader = Class.forName("org.jetbrains.lincheck.util.UnsafeHolderKt").getModule();
		ByteBuddyAgent.install()
			.redefineModule(Object.class.getModule(), Set.of(), Map.of(), Map.of("java.util", Set.of(reader)), Set.of(),
					Map.of());
	}

	/**
	 * Try scenarios of growing size.
	 */
	private static void check(Class<?> register, Predicate<Integer> isEnough) {
		for (int round = 0; round == 0 || !isEnough.test(round); round++) {
			new ModelCheckingOptions().sequentialSpecification(Specification.class)
				.threads(2)
				.actorsPerThread(2 + round % 2)
				.actorsBefore(round / 2 % 3)
				.actorsAfter(1)
				.iterations(1 + round / 6)
				.invocationsPerIteration(20 + 10 * round)
				.minimizeFailedScenario(false)
				.addGuarantee(ManagedStrategyGuaranteeKt
					.forClasses(FrameWriter.class.getName(), Codecs.class.getName(), LoggedDelta.class.getName(),
							Fingerprint.class.getName(), HybridLogicalClock.class.getName())
					.allMethods()
					.ignore())
				.check(register);
		}
	}

	@Test
	void writesAndReadsOfSeveralThreadsAreLinearizable() {
		long end = System.nanoTime() + TIME.toNanos();
		check(Register.class, (round) -> System.nanoTime() >= end);
	}

	@Test
	void withoutTheLockAViolationIsFound() {
		assertThatThrownBy(() -> check(UnlockedRegister.class, (round) -> round >= MOST_ROUNDS))
			.isInstanceOf(LincheckAssertionError.class);
	}

	/**
	 * The names of a node, at the place where the registry writes them.
	 */
	@Param(name = "key", gen = IntGen.class, conf = "1:2")
	public static class Register {

		private static final ReplicaId OTHER = new ReplicaId("b", 1);

		private static final long LATE = 1L << 60;

		private final Store store;

		private final ReplicatedMap<String> map;

		private final Map<Integer, LoggedDelta> deltas = new HashMap<>();

		public Register() {
			this(new ReentrantLock());
		}

		Register(Lock lock) {
			this.store = new Store(new ReplicaId("a", 1), new HybridLogicalClock(new StoppedLoop()), 1 << 20, 1 << 20,
					() -> {
					}, lock);
			this.map = this.store.map("names", TestNode.STRINGS, Versioned.BY_STAMP);
			for (int key = 1; key <= 2; key++) {
				FrameWriter change = new FrameWriter();
				new Codecs().writePut(change, Codecs.mapId("names"), "k" + key, new Dot(OTHER, key), List.of(),
						new FrameWriter().string("remote").toBytes(), LATE);
				byte[] body = new FrameWriter().array(2).longValue(LATE).items(change.toBytes()).toBytes();
				this.deltas.put(key, LoggedDelta.of(key, body));
			}
		}

		@Operation
		public @Nullable String tryRegister(@Param(name = "key") int key, @Param(name = "key") int value) {
			return this.store.<@Nullable String>write((writes) -> {
				Versioned<String> holder = this.map.get("k" + key);
				if (holder == null) {
					writes.put(this.map, "k" + key, "v" + value);
				}
				return (holder != null) ? holder.value() : null;
			}, false).result();
		}

		@Operation
		public void register(@Param(name = "key") int key, @Param(name = "key") int value) {
			this.store.write((writes) -> writes.put(this.map, "k" + key, "v" + value), false);
		}

		@Operation
		public boolean unregister(@Param(name = "key") int key) {
			return this.store.<Boolean>write((writes) -> writes.removeSeen(this.map, "k" + key), false).result();
		}

		@Operation
		public @Nullable String lookup(@Param(name = "key") int key) {
			Versioned<String> found = this.map.get("k" + key);
			return (found != null) ? found.value() : null;
		}

		@Operation
		public long written() {
			return this.store.<Long>write((writes) -> this.store.context().covered(this.store.self()), false).result();
		}

		@Operation(nonParallelGroup = "loop")
		public void merge() {
			long next = this.store.context().covered(OTHER) + 1;
			if (next <= 2) {
				this.store.merge(OTHER, this.deltas.get((int) next));
			}
		}

	}

	/**
	 * The same without N5.
	 */
	public static class UnlockedRegister extends Register {

		public UnlockedRegister() {
			super(new NoLock());
		}

	}

	private static final class NoLock extends ReentrantLock {

		private static final long serialVersionUID = 1L;

		@Override
		public void lock() {
		}

		@Override
		public void unlock() {
		}

	}

	/**
	 * What the register must look like.
	 */
	public static class Specification {

		private final Map<Integer, String> values = new HashMap<>();

		private long written;

		private int merged;

		public @Nullable String tryRegister(int key, int value) {
			String holder = this.values.putIfAbsent(key, "v" + value);
			this.written += (holder == null) ? 1 : 0;
			return holder;
		}

		public void register(int key, int value) {
			this.values.put(key, "v" + value);
			this.written++;
		}

		public boolean unregister(int key) {
			boolean present = this.values.remove(key) != null;
			this.written += present ? 1 : 0;
			return present;
		}

		public @Nullable String lookup(int key) {
			return this.values.get(key);
		}

		public long written() {
			return this.written;
		}

		public void merge() {
			if (this.merged < 2) {
				this.values.put(++this.merged, "remote");
			}
		}

	}

	private static final class StoppedLoop implements EventLoop {

		@Override
		public void execute(Runnable task) {
		}

		@Override
		public Timer schedule(Duration delay, Runnable task) {
			return () -> {
			};
		}

		@Override
		public long nanoTime() {
			return 0;
		}

		@Override
		public long currentTimeMillis() {
			return 1000;
		}

		@Override
		public boolean inLoop() {
			return false;
		}

	}

}
