package io.horde.actuate;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.horde.actuate.HordeOverview.MemberDescriptor;
import io.horde.actuate.HordeOverview.NameDescriptor;
import io.horde.actuate.HordeOverview.NodeDescriptor;
import io.horde.actuate.HordeOverview.RegistryDescriptor;
import io.horde.actuate.HordeOverview.SupervisorDescriptor;
import io.horde.cluster.HordeCluster;
import io.horde.cluster.Member;
import io.horde.cluster.MemberStatus;
import io.horde.cluster.protocol.Expelled;
import io.horde.node.CurrentNode;
import io.horde.node.HordeNode;
import io.horde.registry.HordeRegistry;
import io.horde.registry.NameEntry;
import io.horde.registry.NameQuery;
import io.horde.schedule.HordeSchedules;
import io.horde.schedule.ProcessSchedule;
import io.horde.schedule.ScheduleListing;
import io.horde.schedule.SchedulePause;
import io.horde.schedule.TickRecord;
import io.horde.supervisor.HordeSupervisor;
import io.horde.supervisor.PlacementExplanation;
import io.horde.supervisor.ProcessRef;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * {@link Endpoint @Endpoint} that shows the cluster as this node sees it, and lets
 * operators act on it. Reads come from the local replica, so they cost the other nodes
 * nothing, except those of schedules, for which all members are asked.
 */
@Endpoint(id = "horde", defaultAccess = Access.READ_ONLY)
@RegisterReflectionForBinding({ MemberDescriptor.class, ProcessRef.class, NameDescriptor.class,
		HordeEndpoint.Moves.class, PlacementExplanation.class, ProcessSchedule.class, TickRecord.class,
		SchedulePause.class })
final class HordeEndpoint {

	private static final int DEFAULT_LIMIT = 100;

	private static final int MAX_LIMIT = 100_000;

	private final CurrentNode node;

	private final HordeCluster cluster;

	private final HordeSupervisor supervisor;

	private final HordeRegistry registry;

	private final ScheduleOperator schedules;

	private final HordeOperations operations;

	HordeEndpoint(CurrentNode node, HordeCluster cluster, HordeSupervisor supervisor, HordeRegistry registry,
			HordeSchedules schedules) {
		this.node = node;
		this.cluster = cluster;
		this.supervisor = supervisor;
		this.registry = registry;
		this.schedules = new ScheduleOperator(schedules);
		this.operations = new HordeOperations(node, cluster, supervisor, this.schedules);
	}

	@ReadOperation
	HordeOverview overview() {
		HordeNode node = this.node.get();
		if (node == null) {
			Expelled expelled = this.node.expelled();
			return (expelled != null) ? HordeOverview.expelled(expelled) : HordeOverview.notRunning();
		}
		Member self = this.cluster.self();
		return new HordeOverview(NodeDescriptor.of(self, node), memberDescriptors(),
				HordeOverview.QuorumDescriptor.of(node),
				SupervisorDescriptor.of(this.supervisor, node, runningOn(self.name())),
				RegistryDescriptor.of(this.registry, node), HordeOverview.FailoverDescriptor.of(node),
				node.replicator().stats());
	}

	private long runningOn(String nodeName) {
		return this.supervisor.children().filter((child) -> child.node().equals(nodeName)).count();
	}

	private List<MemberDescriptor> memberDescriptors() {
		Map<String, Long> processes = this.supervisor.children()
			.filter((child) -> !child.node().isEmpty())
			.collect(Collectors.groupingBy(ProcessRef::node, TreeMap::new, Collectors.counting()));
		return this.cluster.members()
			.stream()
			.map((member) -> MemberDescriptor.of(member, count(member, processes)))
			.toList();
	}

	/*
	 * Of several incarnations of a node only the living one runs anything.
	 */
	private static long count(Member member, Map<String, Long> processes) {
		boolean gone = member.status() == MemberStatus.DOWN || member.status() == MemberStatus.LEFT;
		return gone ? 0 : processes.getOrDefault(member.name(), 0L);
	}

	@ReadOperation
	@Nullable Object list(@Selector String section, @Nullable Integer limit, @Nullable Integer offset, @Nullable String filter,
			@Nullable String id) {
		if (this.node.get() == null) {
			return null;
		}
		if (id != null) {
			return detail(section, id);
		}
		if (section.equals("moves")) {
			return new Moves(this.supervisor.redistribution().isPaused(), this.supervisor.redistribution().preview());
		}
		Predicate<String> matches = (text) -> filter == null || text.contains(filter);
		if (section.equals("schedules")) {
			ScheduleListing listing = this.schedules.list();
			Map<String, Object> page = page(section,
					listing.schedules()
						.stream()
						.filter((schedule) -> matches.test(schedule.id()) || matches.test(schedule.type())),
					limit, offset);
			page.put("silent", listing.silent());
			return page;
		}
		Stream<?> items = switch (section) {
			case "members" -> memberDescriptors().stream().filter((member) -> matches.test(member.name()));
			case "processes" -> this.supervisor.children()
				.filter((child) -> matches.test(child.id()) || matches.test(child.type()))
				.sorted(Comparator.comparing(ProcessRef::id));
			case "names" -> this.registry.find(NameQuery.all())
				.filter((entry) -> matches.test(entry.name()))
				.sorted(Comparator.comparing(NameEntry::name))
				.map(NameDescriptor::of);
			default -> null;
		};
		return (items != null) ? page(section, items, limit, offset) : null;
	}

	@ReadOperation
	@Nullable Object detail(@Selector String section, @Selector String id) {
		if (this.node.get() == null) {
			return null;
		}
		return switch (section) {
			case "members" -> memberDescriptors().stream().filter((member) -> member.name().equals(id)).toList();
			case "processes" -> this.supervisor.child(id).isPresent() ? this.supervisor.explain(id) : null;
			case "names" -> this.registry.lookup(id).map(NameDescriptor::of).orElse(null);
			case "schedules" -> this.schedules.find(id);
			default -> null;
		};
	}

	/*
	 * An id may contain slashes, and is a parameter then.
	 */
	@WriteOperation
	Object operate(@Selector String section, String action, @Nullable String id, @Nullable String node,
			@Nullable String by, SecurityContext security) {
		return (id != null) ? operateOn(section, id, action, node, by, security)
				: orNotFound(this.operations.operate(section, action));
	}

	@WriteOperation
	Object operateOn(@Selector String section, @Selector String id, String action, @Nullable String node,
			@Nullable String by, SecurityContext security) {
		return orNotFound(this.operations.operate(section, id, action, node, ScheduleOperator.who(by, security)));
	}

	@DeleteOperation
	Object remove(@Selector String section, String id) {
		return orNotFound(this.operations.remove(section, id));
	}

	@DeleteOperation
	Object removeOne(@Selector String section, @Selector String id) {
		return remove(section, id);
	}

	/*
	 * Without a result, a read answers 404 by itself and a write doesn't.
	 */
	private static Object orNotFound(@Nullable Object result) {
		return (result != null) ? result : new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
	}

	/**
	 * Return a part of a list, under the name of its section.
	 */
	private static Map<String, Object> page(String section, Stream<?> items, @Nullable Integer limit,
			@Nullable Integer offset) {
		int first = (offset != null) ? offset : 0;
		int most = (limit != null) ? limit : DEFAULT_LIMIT;
		if (first < 0 || most < 0 || most > MAX_LIMIT) {
			throw new InvalidEndpointRequestException("limit=" + most + ", offset=" + first
					+ ": they must not be negative, and the limit is at most " + MAX_LIMIT,
					"limit must be 0 to " + MAX_LIMIT + " and offset 0 or more");
		}
		List<?> all = items.toList();
		Map<String, Object> page = new LinkedHashMap<>();
		page.put("total", all.size());
		page.put("offset", first);
		page.put("limit", most);
		page.put(section, all.stream().skip(first).limit(most).toList());
		return page;
	}

	/**
	 * What redistribution would move away from this node.
	 */
	record Moves(boolean paused, Map<String, String> preview) {

	}

}
