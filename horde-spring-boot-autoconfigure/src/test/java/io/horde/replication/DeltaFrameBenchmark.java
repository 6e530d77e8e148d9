package io.horde.replication;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import io.horde.crdt.Delta;
import io.horde.crdt.Dot;
import io.horde.crdt.ReplicaId;
import io.horde.replication.protocol.Codecs;
import io.horde.replication.protocol.LoggedDelta;
import io.horde.replication.protocol.Message;
import io.horde.replication.protocol.Messages;
import io.horde.replication.protocol.Run;
import io.horde.wire.FrameWriter;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Measures what a delta of a 20-byte key and a 20-byte value costs on its way into a
 * frame and out of it, in frames of 1,000.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class DeltaFrameBenchmark {

	private final Messages messages = new Messages(ORIGIN, 0);

	private static final int DELTAS = 1000;

	private static final long STAMP = 1_800_000_000_000L << 16;

	private static final ReplicaId ORIGIN = new ReplicaId("node-1", 1_800_000_000_000L);

	private final Codecs codecs = new Codecs();

	private final String[] keys = new String[DELTAS];

	private final FrameWriter changes = new FrameWriter();

	private final FrameWriter body = new FrameWriter();

	private byte[] frame = {};

	@Setup
	public void prepare() {
		this.codecs.add(1, TestNode.STRINGS);
		for (int i = 0; i < DELTAS; i++) {
			this.keys[i] = String.format("name-%015d", i);
		}
		this.frame = encode();
	}

	@Benchmark
	@OperationsPerInvocation(DELTAS)
	public byte[] encode() {
		List<LoggedDelta> deltas = new ArrayList<>(DELTAS);
		for (int i = 0; i < DELTAS; i++) {
			this.changes.reset();
			this.codecs.writePut(this.changes, 1, this.keys[i], new Dot(ORIGIN, i + 1), List.of(),
					"value-12345678901234", STAMP);
			byte[] encoded = this.body.reset().array(2).longValue(STAMP).items(this.changes.toBytes()).toBytes();
			deltas.add(new LoggedDelta(i + 1, i + 1, encoded));
		}
		return this.messages.write(new Message.Deltas(List.of(new Run(ORIGIN, deltas))));
	}

	@Benchmark
	@OperationsPerInvocation(DELTAS)
	public void decode(Blackhole blackhole) {
		Message.Deltas message = (Message.Deltas) Messages.read(this.frame, ORIGIN);
		for (Run run : message.runs()) {
			for (LoggedDelta logged : run.deltas()) {
				Delta delta = this.codecs.read(run.origin(), logged, UnaryOperator.identity());
				blackhole.consume(delta);
			}
		}
	}

}
