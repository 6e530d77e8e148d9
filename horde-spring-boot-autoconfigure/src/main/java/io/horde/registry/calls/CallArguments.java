package io.horde.registry.calls;

import java.util.ArrayList;
import java.util.List;

import io.horde.payload.PayloadTooLargeException;
import io.horde.wire.Payloads;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of a call: as the caller gave them, and encoded once that is needed.
 */
final class CallArguments {

	private final ApiMethod method;

	private final @Nullable Object[] values;

	private volatile @Nullable List<byte[]> encoded;

	CallArguments(ApiMethod method, @Nullable Object[] values) {
		this.method = method;
		this.values = values;
	}

	@Nullable Object[] values() {
		return this.values;
	}

	/**
	 * Tell whether any argument must be copied on the way to a process of this node.
	 * @return {@code false} if all are immutable
	 */
	boolean needCopies() {
		for (boolean copied : this.method.copied()) {
			if (copied) {
				return true;
			}
		}
		return false;
	}

	boolean areEncoded() {
		return this.encoded != null;
	}

	/**
	 * Encode the arguments, unless that was done. Not called on the event loop, since a
	 * codec may be the user's.
	 * @param payloads the codec
	 * @throws io.horde.wire.PayloadException if an argument, or all together, can't be
	 * sent
	 */
	void encode(Payloads payloads) {
		if (this.encoded != null) {
			return;
		}
		List<byte[]> bytes = new ArrayList<>(this.values.length);
		long size = 0;
		for (int i = 0; i < this.values.length; i++) {
			byte[] argument = payloads.encode(this.values[i], this.method.parameterTypes().get(i),
					"argument " + (i + 1) + " of " + this.method.describe());
			size += argument.length;
			bytes.add(argument);
		}
		if (size > payloads.maxSize()) {
			throw new PayloadTooLargeException("the arguments of " + this.method.describe() + " together",
					(int) Math.min(size, Integer.MAX_VALUE), payloads.maxSize());
		}
		this.encoded = bytes;
	}

	List<byte[]> encoded() {
		List<byte[]> encoded = this.encoded;
		if (encoded == null) {
			throw new IllegalStateException("The arguments of " + this.method.describe() + " are not encoded");
		}
		return encoded;
	}

}
