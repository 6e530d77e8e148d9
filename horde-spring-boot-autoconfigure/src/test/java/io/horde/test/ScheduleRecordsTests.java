package io.horde.test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

import io.horde.schedule.TickLostEvent;
import io.horde.schedule.TickOutcome;
import io.horde.schedule.engine.Cron;
import io.horde.schedule.engine.Progress;
import io.horde.schedule.engine.Schedule;
import io.horde.schedule.engine.ScheduleRecord;
import io.horde.schedule.engine.TickEntry;
import io.horde.schedule.engine.TickingProcess;
import io.horde.schedule.engine.Timing;
import io.horde.schedule.records.ScheduleRecords;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ScheduleRecords}: what two runs of one process, one after the other on
 * the same node, leave of each other's records (T2, T3).
 */
@ExtendWith(Quiet.class)
class ScheduleRecordsTests {

	private static final String CHILD = SimulatedCluster.SINGLETON;

	private final TickingCluster world = new TickingCluster(false);

	private final List<Progress> found = new ArrayList<>();

	private final List<ScheduleRecord.Answer> answers = new ArrayList<>();

	private String owner;

	private ScheduleRecord former;

	private ScheduleRecord present;

	private long due;

	@BeforeEach
	void tickThatTheFormerRunHasReleasedIsBegunByThePresentOne() {
		this.owner = this.world.owner(CHILD);
		this.former = record(1);
		this.present = record(2);
		find(this.former, true);
		this.due = this.world.cluster().loop(this.owner).currentTimeMillis();
		begin(this.former);
		assertThat(this.former.isBegun(this.due)).isTrue();
		onLoop(() -> this.former.release(this.due, () -> {
		}));
		find(this.present, true);
		assertThat(this.found).last().satisfies((progress) -> assertThat(progress.again()).isTrue());
		begin(this.present);
		assertThat(this.answers).containsExactly(ScheduleRecord.Answer.HELD, ScheduleRecord.Answer.HELD);
		assertThat(this.present.isBegun(this.due)).isTrue();
	}

	@Test
	void runNeitherBeginsNorReleasesNorEndsTheTickOfAnother() {
		assertThat(this.former.isBegun(this.due)).isFalse();
		onLoop(() -> this.former.release(this.due, () -> {
		}));
		assertThat(this.present.isBegun(this.due)).isTrue();
		onLoop(() -> this.former.ended(ok()));
		assertThat(this.present.isBegun(this.due)).isTrue();
		onLoop(() -> this.present.ended(ok()));
		assertThat(this.present.isBegun(this.due)).isFalse();
		find(record(3), true);
		assertThat(told()).isEmpty();
	}

	@Test
	void runThatWasStoppedWhileItAskedDecidesNothing() {
		this.found.clear();
		find(this.former, false);
		assertThat(this.found).isEmpty();
		assertThat(told()).isEmpty();
		assertThat(this.present.isBegun(this.due)).isTrue();
		find(record(3), true);
		assertThat(told()).hasSize(1);
	}

	private List<Object> told() {
		return this.world.events().stream().filter(TickLostEvent.class::isInstance).toList();
	}

	private ScheduleRecord record(long epoch) {
		return this.world.cluster().horde(this.owner).schedules().of(new Run(epoch), new Hourly());
	}

	private void find(ScheduleRecord record, boolean wanted) {
		onLoop(() -> record.find(() -> wanted, this.found::add));
	}

	private void begin(ScheduleRecord record) {
		onLoop(() -> record.begin(this.due, this.answers::add));
	}

	private TickEntry ok() {
		return new TickEntry(this.due, this.due, 1, TickOutcome.OK, 0, "", null);
	}

	private void onLoop(Runnable task) {
		this.world.cluster().loop(this.owner).execute(task);
		this.world.run(2);
	}

	private record Run(long epoch) implements TickingProcess {

		@Override
		public String id() {
			return CHILD;
		}

		@Override
		public boolean isOwner() {
			return true;
		}

		@Override
		public boolean offer(Runnable tick) {
			return false;
		}

		@Override
		public void lasting(CompletionStage<?> tick) {
		}

	}

	private static final class Hourly implements Schedule {

		@Override
		public String name() {
			return "hourly";
		}

		@Override
		public String key() {
			return "hourly";
		}

		@Override
		public Timing timing() {
			return new Cron("each hour", null, (millis, zone) -> (millis / 3_600_000 + 1) * 3_600_000);
		}

		@Override
		public void due(long millis) {
		}

		@Override
		public @Nullable CompletionStage<?> run(long due) {
			return null;
		}

	}

}
