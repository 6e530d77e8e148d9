package io.horde.schedule.records;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

import io.horde.HordeException;
import io.horde.process.engine.HordeFuture;
import io.horde.schedule.HordeSchedules;
import io.horde.schedule.ProcessSchedule;
import io.horde.schedule.ScheduleListing;
import io.horde.schedule.SchedulePause;
import io.horde.schedule.TickRecord;
import io.horde.schedule.records.ScheduleLists.Answers;
import io.horde.wire.NameLimits;
import org.jspecify.annotations.Nullable;

/**
 * The schedules as users see them: through the node that runs at present. Results come on
 * the process executor, never on the loop.
 */
public final class CurrentSchedules implements HordeSchedules {

	private final Supplier<ScheduleOperations> current;

	/**
	 * Creates the face of nodes that follow each other, or of one.
	 * @param current returns what the node does with schedules, or throws a
	 * {@link HordeException} if no node runs
	 */
	public CurrentSchedules(Supplier<ScheduleOperations> current) {
		this.current = current;
	}

	@Override
	public CompletableFuture<ScheduleListing> list() {
		return future((operations) -> operations.lists().ask(null), Answers::toListing);
	}

	@Override
	public CompletableFuture<Optional<ProcessSchedule>> find(String id) {
		return future((operations) -> operations.lists().ask(ScheduleId.of(id)),
				(answers) -> answers.toListing().schedules().stream().findFirst());
	}

	@Override
	public CompletableFuture<TickRecord> runNow(String id) {
		return operate(id, null, (operations) -> operations.runs()::run);
	}

	@Override
	public CompletableFuture<TickRecord> runNow(String id, String by) {
		return operate(id, by, (operations) -> operations.runs()::run);
	}

	@Override
	public CompletableFuture<SchedulePause> pause(String id) {
		return operate(id, null, (operations) -> operations.pauses()::pause);
	}

	@Override
	public CompletableFuture<SchedulePause> pause(String id, String by) {
		return operate(id, by, (operations) -> operations.pauses()::pause);
	}

	@Override
	public CompletableFuture<Boolean> resume(String id) {
		return operate(id, null, (operations) -> operations.pauses()::resume);
	}

	@Override
	public CompletableFuture<Boolean> resume(String id, String by) {
		return operate(id, by, (operations) -> operations.pauses()::resume);
	}

	private <T> CompletableFuture<T> operate(String id, @Nullable String by,
			Function<ScheduleOperations, BiFunction<ScheduleId, String, CompletableFuture<T>>> operation) {
		return future(
				(operations) -> operation.apply(operations)
					.apply(ScheduleId.of(id),
							(by != null) ? NameLimits.check("name of who asks for it", by) : operations.node()),
				Function.identity());
	}

	/**
	 * Ask for what may cross the network, and so fails by its future only.
	 * @param result turns the answer into what users see
	 */
	private <A, T> CompletableFuture<T> future(Function<ScheduleOperations, CompletableFuture<A>> question,
			Function<A, T> result) {
		ScheduleOperations operations;
		try {
			operations = this.current.get();
		}
		catch (HordeException ex) {
			return CompletableFuture.failedFuture(ex);
		}
		return HordeFuture.of(CompletableFuture.supplyAsync(() -> operations.ask(question), operations.loop()::execute)
			.thenCompose(Function.identity()), result, operations.executor());
	}

}
