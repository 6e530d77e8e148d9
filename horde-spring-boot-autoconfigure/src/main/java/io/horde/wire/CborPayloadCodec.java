package io.horde.wire;

import java.lang.reflect.Type;
import java.util.Iterator;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.BaseStream;

import io.horde.payload.PayloadCodec;
import io.horde.payload.PayloadException;
import io.horde.wire.cbor.CBORMapper;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;

/**
 * The default codec for users' values: CBOR through a Jackson mapper of its own, with the
 * modules that are on the class path. The mapper of the application is neither used nor
 * changed. Bytes never name a class: polymorphism works with {@code @JsonSubTypes} names
 * only.
 */
public final class CborPayloadCodec implements PayloadCodec {

	private final CBORMapper mapper;

	/**
	 * Classes whose values were read back once, so that one that can only be written is
	 * refused at its sender and not at some later receiver.
	 */
	private final ClassValue<AtomicBoolean> readBack = new ClassValue<>() {

		@Override
		protected AtomicBoolean computeValue(Class<?> type) {
			return new AtomicBoolean();
		}

	};

	/**
	 * Creates a codec with the modules that the thread's class loader finds.
	 */
	public CborPayloadCodec() {
		this(Thread.currentThread().getContextClassLoader());
	}

	/**
	 * Creates a codec.
	 * @param classLoader where Jackson modules are looked for
	 */
	public CborPayloadCodec(@Nullable ClassLoader classLoader) {
		this.mapper = CBORMapper.builder()
			.findAndAddModules(classLoader)
			.polymorphicTypeValidator(BasicPolymorphicTypeValidator.builder().build())
			.enable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
			.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
			.enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
			.disable(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
			.build();
	}

	@Override
	public byte[] encode(@Nullable Object value) {
		if (value == null) {
			return new byte[] { (byte) Cbor.NULL };
		}
		Class<?> type = value.getClass();
		if (isNoValue(value, type)) {
			throw new PayloadException(type.getName() + " is no data that another node could read", null);
		}
		byte[] bytes = write(value, type);
		if (!this.readBack.get(type).get()) {
			readBack(bytes, type);
			this.readBack.get(type).set(true);
		}
		return bytes;
	}

	private byte[] write(Object value, Class<?> type) {
		try {
			return this.mapper.writeValueAsBytes(value);
		}
		catch (JacksonException ex) {
			throw new PayloadException(type.getName() + " can't be encoded: " + ex.getOriginalMessage(), ex);
		}
	}

	private void readBack(byte[] bytes, Class<?> type) {
		if (type.getClassLoader() == null) {
			return;
		}
		try {
			this.mapper.readValue(bytes, type);
		}
		catch (JacksonException ex) {
			throw new PayloadException(type.getName() + " can be encoded but not decoded: " + ex.getOriginalMessage(),
					ex);
		}
	}

	@Override
	public <T> @Nullable T decode(byte[] bytes, Type type) {
		try {
			return this.mapper.readValue(bytes, this.mapper.constructType(type));
		}
		catch (JacksonException ex) {
			throw new PayloadException(
					bytes.length + " bytes can't be decoded as " + type.getTypeName() + ": " + ex.getOriginalMessage(),
					ex);
		}
	}

	private static boolean isNoValue(Object value, Class<?> type) {
		return type == Object.class || type.isHidden() || value instanceof Thread || value instanceof ThreadGroup
				|| value instanceof BaseStream || value instanceof Iterator || value instanceof Future
				|| value instanceof ClassLoader || (value instanceof AutoCloseable && type.getClassLoader() == null);
	}

}
