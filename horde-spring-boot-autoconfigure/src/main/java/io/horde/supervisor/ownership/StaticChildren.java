package io.horde.supervisor.ownership;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import io.horde.cluster.MemberStatus;
import io.horde.cluster.membership.MemberState;
import io.horde.cluster.membership.MembershipView;
import io.horde.cluster.protocol.TypeAnnouncement;

/**
 * The static children, derived from what live members announce (O8): no node stores them,
 * and nodes with equal views derive equal ones.
 */
public final class StaticChildren {

	private StaticChildren() {
	}

	/**
	 * Derive the static children. The newest application version that announces a type
	 * decides how many there are of it; between equal versions the higher number.
	 * @return id to child
	 */
	public static SortedMap<String, StaticChild> derive(MembershipView view) {
		Map<String, Announced> newest = new TreeMap<>();
		for (MemberState member : view.members()) {
			if (member.status() != MemberStatus.UP && member.status() != MemberStatus.UNREACHABLE) {
				continue;
			}
			for (TypeAnnouncement type : member.types().values()) {
				newest.merge(type.type(), new Announced(member.version(), type.instances()), Announced::newer);
			}
		}
		SortedMap<String, StaticChild> children = new TreeMap<>();
		newest.forEach((type, announced) -> {
			for (int i = 0; i < announced.instances(); i++) {
				StaticChild child = new StaticChild((announced.instances() == 1) ? type : type + "-" + i, type, i,
						announced.instances());
				children.put(child.id(), child);
			}
		});
		return Collections.unmodifiableSortedMap(children);
	}

	/**
	 * Compare application versions: numbers by value, before texts by the alphabet; 1.10
	 * is newer than 1.9, and 1.0 newer than 1.0-rc1 and than no version.
	 */
	static int compareVersions(String first, String second) {
		List<String> left = parts(first);
		List<String> right = parts(second);
		for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
			int order = comparePart((i < left.size()) ? left.get(i) : "", (i < right.size()) ? right.get(i) : "");
			if (order != 0) {
				return order;
			}
		}
		return 0;
	}

	private static int comparePart(String left, String right) {
		int order = Integer.compare(rank(left), rank(right));
		if (order != 0) {
			return order;
		}
		if (rank(left) == 2) {
			int length = Integer.compare(left.length(), right.length());
			return (length != 0) ? length : left.compareTo(right);
		}
		return left.compareTo(right);
	}

	/* A qualifier is older than nothing at all, and a number is newer. */
	private static int rank(String part) {
		if (part.isEmpty()) {
			return 1;
		}
		return Character.isDigit(part.charAt(0)) ? 2 : 0;
	}

	private static List<String> parts(String version) {
		List<String> parts = new ArrayList<>();
		StringBuilder part = new StringBuilder();
		for (char character : version.toCharArray()) {
			boolean separator = !Character.isLetterOrDigit(character);
			boolean turn = !part.isEmpty() && Character.isDigit(part.charAt(0)) != Character.isDigit(character);
			if ((separator || turn) && !part.isEmpty()) {
				parts.add(trimmed(part.toString()));
				part.setLength(0);
			}
			if (!separator) {
				part.append(character);
			}
		}
		if (!part.isEmpty()) {
			parts.add(trimmed(part.toString()));
		}
		return parts;
	}

	private static String trimmed(String part) {
		int zeros = 0;
		while (zeros < part.length() - 1 && part.charAt(zeros) == '0') {
			zeros++;
		}
		return part.substring(zeros);
	}

	/**
	 * A static child.
	 *
	 * @param id its id and name
	 * @param type its process type
	 * @param instance the number of the instance
	 * @param of how many instances there are
	 */
	public record StaticChild(String id, String type, int instance, int of) {

	}

	private record Announced(String version, int instances) {

		static Announced newer(Announced left, Announced right) {
			int order = compareVersions(left.version, right.version);
			if (order == 0) {
				return (left.instances >= right.instances) ? left : right;
			}
			return (order > 0) ? left : right;
		}

	}

}
