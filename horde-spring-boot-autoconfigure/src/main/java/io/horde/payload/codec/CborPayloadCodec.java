package io.horde.payload.codec;

import java.lang.reflect.Type;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.BaseStream;

import io.horde.payload.PayloadCodec;
import io.horde.payload.PayloadException;
import io.horde.wire.cbor.CBORFactory;
import io.horde.wire.cbor.CBORMapper;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;

/**
 * The default codec for users' values: CBOR through a Jackson mapper of its own, with the
 * modules that are on the class path and those of the application that are meant for it.
 * The mapper of the application is neither used nor changed. Bytes never name a class:
 * polymorphism works with {@code @JsonSubTypes} names only.
 */
public final class CborPayloadCodec implements PayloadCodec {

	/** How deep values may be nested; each object and each array is one level. */
	private static final int DEEPEST = 1000;

	private final CBORMapper mapper;

	private final TypeCheck types;

	private final ReadBack readBack;

	private final ExceptionMapper exceptions;

	private final Map<Type, Carrier> carriers = new ConcurrentHashMap<>();

	/**
	 * Creates a codec with the modules that the thread's class loader finds.
	 */
	public CborPayloadCodec() {
		this(Thread.currentThread().getContextClassLoader(), List.of());
	}

	/**
	 * Creates a codec.
	 * @param classLoader where Jackson modules are looked for
	 * @param modules more of them
	 */
	public CborPayloadCodec(@Nullable ClassLoader classLoader, List<? extends JacksonModule> modules) {
		CBORFactory factory = CBORFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
			.streamWriteConstraints(StreamWriteConstraints.builder().maxNestingDepth(DEEPEST).build())
			.build();
		this.mapper = CBORMapper.builder(factory)
			.findAndAddModules(classLoader)
			.addModules(modules)
			.polymorphicTypeValidator(BasicPolymorphicTypeValidator.builder().build())
			.disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
			.disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
			.disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
			.enable(DateTimeFeature.WRITE_DATES_WITH_ZONE_ID)
			.disable(DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
			.build();
		this.types = new TypeCheck(this.mapper);
		this.readBack = new ReadBack(this.mapper);
		this.exceptions = new ExceptionMapper(this.mapper);
	}

	/**
	 * Return what writes exceptions with the modules of this codec.
	 */
	public ExceptionMapper exceptions() {
		return this.exceptions;
	}

	@Override
	public byte[] encode(@Nullable Object value, Type type) {
		Carrier carrier = carrier(type);
		if (value == null) {
			return carrier.write(null);
		}
		Class<?> own = value.getClass();
		if (isNoValue(value, own)) {
			throw new PayloadException(own.getName() + " is no data that another node could read", null);
		}
		byte[] bytes = carrier.write(value);
		if (carrier.isToBeChecked(own)) {
			check(carrier, own, bytes);
		}
		return bytes;
	}

	private void check(Carrier carrier, Class<?> own, byte[] bytes) {
		String problem = this.types.contentProblem(own);
		if (problem != null) {
			throw new PayloadException(problem, null);
		}
		byte[] again;
		try {
			again = carrier.write(carrier.reader.<Boxed<?>>readValue(bytes).value());
		}
		catch (JacksonException ex) {
			throw new PayloadException(own.getName() + " can be encoded but not decoded as " + carrier.describe() + ": "
					+ ex.getOriginalMessage(), ex);
		}
		String difference = this.readBack.difference(bytes, again);
		if (difference != null) {
			throw new PayloadException(own.getName() + " does not survive encoding and decoding as "
					+ carrier.describe() + ": " + difference, null);
		}
		carrier.checked(own);
	}

	@Override
	public <T> @Nullable T decode(byte[] bytes, Type type) {
		Carrier carrier = carrier(type);
		try {
			Boxed<T> boxed = carrier.reader.readValue(bytes);
			return (boxed != null) ? boxed.value() : null;
		}
		catch (JacksonException ex) {
			throw new PayloadException(
					bytes.length + " bytes can't be decoded as " + carrier.describe() + ": " + ex.getOriginalMessage(),
					ex);
		}
	}

	@Override
	public void check(Type type) {
		String problem = this.types.problem(type);
		if (problem != null) {
			throw new PayloadException(problem, null);
		}
	}

	private Carrier carrier(Type type) {
		return this.carriers.computeIfAbsent(type, (declared) -> new Carrier(declared, this.mapper.getTypeFactory()
			.constructParametricType(Boxed.class, this.mapper.constructType(declared))));
	}

	private static boolean isNoValue(Object value, Class<?> type) {
		return type == Object.class || type.isHidden() || value instanceof Thread || value instanceof ThreadGroup
				|| value instanceof BaseStream || value instanceof Iterator || value instanceof Future
				|| value instanceof ClassLoader || (value instanceof AutoCloseable && type.getClassLoader() == null);
	}

	/**
	 * Writes and reads values of a declared type.
	 */
	private final class Carrier {

		private static final int ALWAYS_CHECKED = 8;

		private final Type type;

		private final ObjectWriter writer;

		private final ObjectReader reader;

		/*
		 * How many values of a class were read back: the first ones may be empty, so the
		 * next ones are looked at too, and later ones more and more seldom.
		 */
		private final Map<Class<?>, AtomicLong> counts = new ConcurrentHashMap<>();

		Carrier(Type type, JavaType boxed) {
			this.type = type;
			this.writer = CborPayloadCodec.this.mapper.writerFor(boxed);
			this.reader = CborPayloadCodec.this.mapper.readerFor(boxed);
		}

		String describe() {
			return this.type.getTypeName();
		}

		byte[] write(@Nullable Object value) {
			try {
				return this.writer.writeValueAsBytes(new Boxed<>(value));
			}
			catch (JacksonException ex) {
				String name = (value != null) ? value.getClass().getName() : "null";
				throw new PayloadException(name + " can't be encoded: " + ex.getOriginalMessage(), ex);
			}
		}

		boolean isToBeChecked(Class<?> own) {
			AtomicLong count = this.counts.get(own);
			if (count == null) {
				return true;
			}
			long seen = count.get();
			if (seen < ALWAYS_CHECKED) {
				return true;
			}
			seen = count.incrementAndGet();
			return (seen & (seen - 1)) == 0;
		}

		void checked(Class<?> own) {
			this.counts.computeIfAbsent(own, (type) -> new AtomicLong()).incrementAndGet();
		}

	}

}
