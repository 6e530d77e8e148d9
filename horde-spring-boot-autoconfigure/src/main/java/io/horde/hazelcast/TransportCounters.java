package io.horde.hazelcast;

import java.util.concurrent.atomic.LongAdder;

/**
 * What a transport has done since it was created. Any thread may read.
 */
public final class TransportCounters {

	final LongAdder framesSent = new LongAdder();

	final LongAdder framesReceived = new LongAdder();

	final LongAdder bytesSent = new LongAdder();

	final LongAdder bytesReceived = new LongAdder();

	final LongAdder dropped = new LongAdder();

	final LongAdder reconnects = new LongAdder();

	TransportCounters() {
	}

	/**
	 * Return the number of frames that upper floors sent.
	 * @return a count
	 */
	public long framesSent() {
		return this.framesSent.sum();
	}

	/**
	 * Return the number of frames given to upper floors.
	 * @return a count
	 */
	public long framesReceived() {
		return this.framesReceived.sum();
	}

	/**
	 * Return the bytes handed to Hazelcast.
	 * @return bytes
	 */
	public long bytesSent() {
		return this.bytesSent.sum();
	}

	/**
	 * Return the bytes taken from Hazelcast.
	 * @return bytes
	 */
	public long bytesReceived() {
		return this.bytesReceived.sum();
	}

	/**
	 * Return the number of received packets that were dropped because they were
	 * malformed, belonged to no link, or came too fast.
	 * @return a count
	 */
	public long dropped() {
		return this.dropped.sum();
	}

	/**
	 * Return how often a link came up again to an address that had had one before.
	 * @return a count
	 */
	public long reconnects() {
		return this.reconnects.sum();
	}

}
