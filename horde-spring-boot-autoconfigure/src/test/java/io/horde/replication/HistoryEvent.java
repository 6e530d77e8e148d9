package io.horde.replication;

import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * One line of a history, as {@code docs/history.md} describes it. Fields that an event
 * doesn't have are left out of its line.
 *
 * @param event what happened: start, write, held, read, leave, crash, final
 * @param at nanoseconds of true time
 * @param node where, with the incarnation
 * @param changes of a write: what it changed, in order
 * @param map of a read: the map
 * @param key of a read: the key
 * @param dots of a read: the values that were found, the visible one first
 * @param value of a read: the visible value
 * @param dot of held: the write
 * @param by of held: the members that were up and had merged it, or {@code null} if the
 * writer saw no other member that was up
 * @param merged of final: the version vector
 * @param seen of final: the single dots
 * @param entries of final: all living values
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record HistoryEvent(String event, long at, String node, @Nullable List<Changed> changes, @Nullable String map,
		@Nullable String key, @Nullable List<String> dots, @Nullable String value, @Nullable String dot,
		@Nullable List<String> by, @Nullable Map<String, Long> merged, @Nullable List<String> seen,
		@Nullable List<Entry> entries) {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	static HistoryEvent of(String event, long at, String node) {
		return new HistoryEvent(event, at, node, null, null, null, null, null, null, null, null, null, null);
	}

	static HistoryEvent write(long at, String node, List<Changed> changes) {
		return new HistoryEvent("write", at, node, changes, null, null, null, null, null, null, null, null, null);
	}

	static HistoryEvent read(long at, String node, String map, String key, List<String> dots, @Nullable String value) {
		return new HistoryEvent("read", at, node, null, map, key, dots, value, null, null, null, null, null);
	}

	static HistoryEvent held(long at, String node, String dot, @Nullable List<String> by) {
		return new HistoryEvent("held", at, node, null, null, null, null, null, dot, by, null, null, null);
	}

	static HistoryEvent end(long at, String node, Map<String, Long> merged, List<String> seen, List<Entry> entries) {
		return new HistoryEvent("final", at, node, null, null, null, null, null, null, null, merged, seen, entries);
	}

	String toJson() {
		return JSON.writeValueAsString(this);
	}

	static HistoryEvent fromJson(String line) {
		return JSON.readValue(line, HistoryEvent.class);
	}

	/**
	 * A change of one key.
	 *
	 * @param dot its identity
	 * @param kind put, remove (all that is seen) or removeOwn
	 * @param map the map
	 * @param key the key
	 * @param value of a put: the value
	 * @param replaced the writes that it replaces or removes
	 */
	@JsonInclude(JsonInclude.Include.NON_NULL)
	record Changed(String dot, String kind, String map, String key, @Nullable String value, List<String> replaced) {

	}

	/**
	 * A living value.
	 *
	 * @param map the map
	 * @param key the key
	 * @param dot the write that made it
	 * @param value the value
	 * @param stamp its stamp
	 * @param visible whether it is what readers see
	 */
	record Entry(String map, String key, String dot, String value, long stamp, boolean visible) {

	}

}
