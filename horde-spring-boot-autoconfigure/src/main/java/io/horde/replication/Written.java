package io.horde.replication;

/**
 * The outcome of a write that is to be embedded in a message.
 *
 * @param <R> type of the result
 * @param result what the body returned
 * @param delta what was written, for {@link Replicator#merge(byte[])} at the receiver; it
 * is empty if nothing was
 */
public record Written<R>(R result, byte[] delta) {

}
