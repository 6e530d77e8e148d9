package io.horde.supervisor;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Where a child is, and why.
 *
 * @param id the id of the child
 * @param process the child as this node sees it, or {@code null} if it is not known
 * @param chosen the member that the strategy chooses at present, or {@code null}
 * @param candidates the members that may run it, most preferred first
 * @param excluded the members that may not, with the reason
 * @param summary one or two sentences
 */
public record PlacementExplanation(String id, @Nullable ProcessRef process, @Nullable String chosen,
		List<String> candidates, Map<String, String> excluded, String summary) {

}
