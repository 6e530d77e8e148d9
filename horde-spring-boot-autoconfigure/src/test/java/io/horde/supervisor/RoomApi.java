package io.horde.supervisor;

import java.util.concurrent.CompletableFuture;

/**
 * What can be called of the processes of a {@link TestCluster}.
 */
public interface RoomApi {

	CompletableFuture<Long> token();

}
