package io.horde.payload.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Compares what was written of a value with what is written of it after it was read.
 */
final class ReadBack {

	private static final int LONGEST = 60;

	private final ObjectMapper mapper;

	ReadBack(ObjectMapper mapper) {
		this.mapper = mapper;
	}

	/**
	 * Tell what has changed. The order of properties does not count, and that of elements
	 * neither, since they may be those of a set.
	 * @return a phrase, or {@code null} if nothing has
	 */
	@Nullable String difference(byte[] before, byte[] after) {
		if (Arrays.equals(before, after)) {
			return null;
		}
		try {
			return difference("", this.mapper.readTree(before).path(0), this.mapper.readTree(after).path(0));
		}
		catch (JacksonException ex) {
			return ex.getOriginalMessage();
		}
	}

	private static @Nullable String difference(String path, JsonNode before, JsonNode after) {
		if (before.equals(after)) {
			return null;
		}
		if (before.isObject() && after.isObject()) {
			for (Map.Entry<String, JsonNode> property : before.properties()) {
				String difference = difference(path.isEmpty() ? property.getKey() : path + "." + property.getKey(),
						property.getValue(), after.path(property.getKey()));
				if (difference != null) {
					return difference;
				}
			}
			return (after.size() == before.size()) ? null : text(path, before, after);
		}
		if (before.isArray() && after.isArray() && before.size() == after.size()) {
			return elements(path, before, after);
		}
		return text(path, before, after);
	}

	private static @Nullable String elements(String path, JsonNode before, JsonNode after) {
		List<JsonNode> left = new ArrayList<>(after.values());
		String first = null;
		for (int i = 0; i < before.size(); i++) {
			JsonNode element = before.get(i);
			if (!left.remove(element) && !left.removeIf((other) -> difference("", element, other) == null)) {
				first = (first != null) ? first : difference(path + "[" + i + "]", element, after.get(i));
				first = (first != null) ? first : text(path, before, after);
			}
		}
		return first;
	}

	private static String text(String path, JsonNode before, JsonNode after) {
		return (path.isEmpty() ? "it" : "its property '" + path + "'") + " is written as " + text(before) + " and "
				+ (after.isMissingNode() ? "lost" : "read back as " + text(after));
	}

	private static String text(JsonNode node) {
		String text = node.toString();
		return (text.length() <= LONGEST) ? text : text.substring(0, LONGEST) + "…";
	}

}
