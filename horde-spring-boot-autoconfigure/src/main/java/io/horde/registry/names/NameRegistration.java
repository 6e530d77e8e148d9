package io.horde.registry.names;

import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

import io.horde.crdt.Dot;
import io.horde.crdt.DotCodec;
import io.horde.process.engine.LocalProcess;
import io.horde.registry.NameEntry;
import io.horde.registry.Owner;
import io.horde.replication.protocol.EntryCodec;
import io.horde.wire.FrameReader;
import io.horde.wire.FrameWriter;
import io.horde.wire.Payloads;
import org.jspecify.annotations.Nullable;

/**
 * What is replicated of a registration. Its node is the origin of its dot.
 */
public final class NameRegistration {

	/**
	 * The format of registrations. A registration mostly has the stamp of its write, so
	 * what is written of it is the difference.
	 */
	static final EntryCodec<NameRegistration> CODEC = new EntryCodec<>() {

		@Override
		public void write(NameRegistration registration, long stamp, FrameWriter writer) {
			writer.array(6)
				.stringOrNil(registration.processId)
				.longValue(registration.epoch)
				.longValue(stamp - registration.stamp)
				.longValue(registration.disputes)
				.bytesOrNil(registration.value);
			DotCodec.writeOrNil(registration.served, writer);
		}

		@Override
		public NameRegistration read(FrameReader reader, long stamp) {
			reader.array();
			NameRegistration registration = new NameRegistration(reader.nameOrNil(), reader.longValue(),
					stamp - reader.longValue(), reader.intValue(), reader.bytesOrNil(), DotCodec.readDotOrNil(reader));
			reader.end();
			return registration;
		}

	};

	private final @Nullable String processId;

	private final long epoch;

	private final long stamp;

	private final int disputes;

	private final byte @Nullable [] value;

	/** The desired entry of a child whose own name this is. */
	private final @Nullable Dot served;

	/*
	 * Lookups return this object and allocate nothing. The race between two threads that
	 * both find it missing is harmless: what they write is immutable, and equal.
	 */
	private @Nullable Optional<NameEntry> entry;

	NameRegistration(@Nullable String processId, long epoch, long stamp, int disputes, byte @Nullable [] value,
			@Nullable Dot served) {
		this.processId = processId;
		this.epoch = epoch;
		this.stamp = stamp;
		this.disputes = disputes;
		this.value = value;
		this.served = served;
	}

	/**
	 * Creates a registration for an owner.
	 * @param owner the process, or {@code null} for the node
	 * @param stamp when
	 * @param value the encoded value
	 * @param served the desired entry of a child whose own name this is
	 * @return the registration
	 */
	static NameRegistration of(@Nullable LocalProcess owner, long stamp, byte @Nullable [] value,
			@Nullable Dot served) {
		return new NameRegistration((owner != null) ? owner.id() : null, (owner != null) ? owner.epoch() : 0, stamp, 0,
				value, served);
	}

	public @Nullable String processId() {
		return this.processId;
	}

	/**
	 * Return the epoch of the run of the process that has the name.
	 */
	public long epoch() {
		return this.epoch;
	}

	/**
	 * Return when the name was registered. An assertion of the same registration, or a
	 * new value, keeps it, so that a resolver sees the same two registrations on all
	 * nodes.
	 * @return a hybrid logical stamp
	 */
	long stamp() {
		return this.stamp;
	}

	/**
	 * Return how often verdicts about this name were contradicted.
	 * @return the number
	 */
	int disputes() {
		return this.disputes;
	}

	public byte @Nullable [] value() {
		return this.value;
	}

	/**
	 * Return which desired entry the child serves whose own name this is: of all that are
	 * made under one id, only that one has this value (N12).
	 * @return {@code null} for a static child, and for any other name
	 */
	public @Nullable Dot served() {
		return this.served;
	}

	NameRegistration withValue(byte @Nullable [] value) {
		return new NameRegistration(this.processId, this.epoch, this.stamp, this.disputes, value, this.served);
	}

	NameRegistration withDisputes(int disputes) {
		return new NameRegistration(this.processId, this.epoch, this.stamp, disputes, this.value, this.served);
	}

	/**
	 * Tell whether it belongs to a run of a process.
	 * @param process the process
	 * @return whether it does
	 */
	boolean isOf(LocalProcess process) {
		return process.id().equals(this.processId);
	}

	/**
	 * Tell whether both belong to runs of one process.
	 * @param other another registration
	 * @return whether they do
	 */
	boolean isOfSameChild(NameRegistration other) {
		return this.processId != null && this.processId.equals(other.processId);
	}

	/**
	 * Return the entry of a name that carries this registration.
	 * @param name the name
	 * @param node the node of the registration
	 * @param payloads decodes values
	 * @return always the same, never empty
	 */
	Optional<NameEntry> entry(String name, String node, Payloads payloads) {
		Optional<NameEntry> entry = this.entry;
		if (entry == null) {
			entry = Optional.of(new RegisteredName(name, new Owner(node, this.processId), this, payloads));
			this.entry = entry;
		}
		return entry;
	}

	/**
	 * A name as others see it.
	 */
	private record RegisteredName(String name, Owner owner, NameRegistration registration,
			Payloads payloads) implements NameEntry {

		@Override
		public String node() {
			return this.owner.node();
		}

		@Override
		public <V> @Nullable V value(Class<V> type) {
			byte[] value = this.registration.value;
			return (value != null) ? this.payloads.<V>decode(value, type) : null;
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof RegisteredName that && this.name.equals(that.name) && this.owner.equals(that.owner)
					&& this.registration.epoch == that.registration.epoch
					&& Arrays.equals(this.registration.value, that.registration.value);
		}

		@Override
		public int hashCode() {
			return Objects.hash(this.name, this.owner);
		}

		@Override
		public String toString() {
			return this.name + " -> " + ((this.owner.processId() != null) ? this.owner.processId() + " on " : "")
					+ this.owner.node();
		}

	}

}
