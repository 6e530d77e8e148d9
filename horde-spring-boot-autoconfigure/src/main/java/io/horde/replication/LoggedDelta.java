package io.horde.replication;

/**
 * A delta in the form in which it is kept and sent.
 *
 * @param first the sequence number of its first change
 * @param last the sequence number of its last change
 * @param body the encoded changes, never changed
 */
record LoggedDelta(long first, long last, byte[] body) {

	/**
	 * What an object and its place in the log cost beyond the bytes.
	 */
	private static final int OVERHEAD = 64;

	static LoggedDelta of(long first, byte[] body) {
		return new LoggedDelta(first, first + Codecs.changes(body) - 1, body);
	}

	int size() {
		return this.body.length + OVERHEAD;
	}

}
