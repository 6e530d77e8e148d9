package io.horde;

import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What docs/protocol.md defines: rules by id, the switches by which tests take them away,
 * and the messages of each family.
 */
final class ProtocolPage {

	/* A switch is a rule and what is taken of it: both are found in one. */
	private static final Pattern CITED = Pattern.compile("\\b([A-Z][0-9]{1,2})((?:_[A-Z]+)+)?\\b");

	private static final String SERIES = "RMQONTBDSKG";

	private static final Pattern DEFINED = Pattern.compile("(?m)^\\*\\*([A-Z][0-9]{1,2})\\*\\* ");

	private static final Pattern SECTION = Pattern.compile("(?m)^### .*`(\\w+)`.*$");

	private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\|");

	private final String text;

	ProtocolPage(String text) {
		this.text = text;
	}

	/**
	 * Find the rules and switches that a text cites.
	 */
	static SortedSet<String> cited(String text) {
		SortedSet<String> cited = new TreeSet<>();
		for (Matcher found = CITED.matcher(text); found.find();) {
			if (SERIES.indexOf(found.group(1).charAt(0)) >= 0) {
				cited.add(found.group(1));
				if (found.group(2) != null) {
					cited.add(found.group());
				}
			}
		}
		return cited;
	}

	/**
	 * Return the rules that the page defines, with the switches that it lists with them.
	 */
	SortedSet<String> rules() {
		SortedSet<String> rules = new TreeSet<>();
		for (Matcher found = DEFINED.matcher(this.text); found.find();) {
			rules.add(found.group(1));
		}
		cited(this.text).stream().filter((id) -> id.contains("_")).forEach(rules::add);
		return rules;
	}

	/**
	 * Return the messages in the tables, by the name of the type that is sealed over
	 * them.
	 */
	Map<String, SortedSet<String>> messages() {
		Map<String, SortedSet<String>> messages = new TreeMap<>();
		Matcher section = SECTION.matcher(this.text);
		while (section.find()) {
			int end = this.text.indexOf("\n#", section.end());
			String body = this.text.substring(section.end(), (end < 0) ? this.text.length() : end);
			messages.put(section.group(1),
					ROW.matcher(body)
						.results()
						.map((row) -> row.group(1))
						.collect(Collectors.toCollection(TreeSet::new)));
		}
		return messages;
	}

}
