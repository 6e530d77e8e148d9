package io.horde.distribution;

import java.util.Map;

/**
 * What a strategy is asked to find a node for.
 *
 * @param childId the id of the child, the key on the ring
 * @param processType the process type
 * @param instance the number of the instance, from 0; 0 for a dynamic child
 * @param labels what the node's labels must contain
 */
public record PlacementRequest(String childId, String processType, int instance, Map<String, String> labels) {

	/**
	 * Creates a request.
	 */
	public PlacementRequest {
		labels = Map.copyOf(labels);
	}

}
