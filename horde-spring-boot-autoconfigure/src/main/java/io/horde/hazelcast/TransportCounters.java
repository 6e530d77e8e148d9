package io.horde.hazelcast;

import java.util.concurrent.atomic.LongAdder;

import io.horde.hazelcast.gate.Refusals;

/**
 * What a transport has done since it was created. Any thread may read.
 *
 * @param framesSent frames that upper floors sent
 * @param framesReceived frames given to upper floors
 * @param bytesSent bytes handed to Hazelcast
 * @param bytesReceived bytes taken from Hazelcast
 * @param dropped received packets that were dropped because they were malformed, belonged
 * to no link, or came too fast
 * @param refusals whom this node's port has refused
 * @param reconnects how often a link came up again to an address that had had one before
 * @param restarts how often the Hazelcast member was gone and another one was started
 */
public record TransportCounters(LongAdder framesSent, LongAdder framesReceived, LongAdder bytesSent,
		LongAdder bytesReceived, LongAdder dropped, Refusals refusals, LongAdder reconnects, LongAdder restarts) {

	TransportCounters() {
		this(new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new Refusals(),
				new LongAdder(), new LongAdder());
	}

}
