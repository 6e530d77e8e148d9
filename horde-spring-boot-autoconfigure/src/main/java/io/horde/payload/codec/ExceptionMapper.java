package io.horde.payload.codec;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.horde.payload.PayloadException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.deser.SettableBeanProperty;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.NopAnnotationIntrospector;
import tools.jackson.databind.introspect.PotentialCreator;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.PropertyWriter;

/**
 * Writes the properties of exceptions and rebuilds exceptions from them. An exception
 * without fields of its own needs none: its message and a usual constructor do.
 */
public final class ExceptionMapper {

	/*
	 * Stack, cause and suppressed exceptions don't travel. Wherever a rebuilt exception
	 * wants a Throwable it gets the one that the reader gives as its cause: a constructor
	 * with a parameter for it is the only way to set the cause of an exception that fixes
	 * it. So whoever made the bytes can't choose what is instantiated.
	 */

	private static final String CAUSE = ExceptionMapper.class.getName() + ".cause";

	private static final String PROBE = "message";

	private static final List<Class<?>[]> CONSTRUCTORS = List.of(new Class<?>[] { String.class, Throwable.class },
			new Class<?>[] { String.class }, new Class<?>[0]);

	private final ObjectMapper mapper;

	private final ClassValue<Plan> plans = new ClassValue<>() {

		@Override
		protected Plan computeValue(Class<?> type) {
			return plan(type);
		}

	};

	/**
	 * Creates a mapper of exceptions.
	 * @param values the mapper of other values
	 */
	ExceptionMapper(ObjectMapper values) {
		this.mapper = values.rebuild()
			.addMixIn(Throwable.class, Properties.class)
			.annotationIntrospector(AnnotationIntrospector
				.pair(values.serializationConfig().getAnnotationIntrospector(), new LongestConstructor()))
			.addModule(new SimpleModule(ExceptionMapper.class.getName()).addDeserializer(Throwable.class,
					new GivenCause()))
			// A constructor that takes what no getter tells makes another exception
			.enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
			.build();
	}

	/**
	 * Tell why exceptions of a type can't be rebuilt as they were.
	 * @param type the type
	 * @return the rest of a sentence that begins with the type, with a remedy, or
	 * {@code null} if they can
	 */
	public @Nullable String problem(Class<?> type) {
		return this.plans.get(type).problem;
	}

	/**
	 * Write an exception.
	 * @param thrown the exception
	 * @param type what it is rebuilt as: its class or a superclass
	 * @return its properties, or {@code null} if its message suffices
	 * @throws PayloadException if they can't be written
	 */
	public byte @Nullable [] encode(Throwable thrown, Class<?> type) {
		if (this.plans.get(type).way != Way.PROPERTIES) {
			return null;
		}
		try {
			return this.mapper.writerFor(this.mapper.constructType(type)).writeValueAsBytes(thrown);
		}
		catch (JacksonException ex) {
			throw new PayloadException(
					"The exception " + type.getName() + " can't be encoded: " + ex.getOriginalMessage(), ex);
		}
	}

	/**
	 * Rebuild an exception.
	 * @param type the type
	 * @param message its message
	 * @param properties its properties, if it was written with any
	 * @param cause its cause
	 * @throws PayloadException if it can't be rebuilt
	 */
	public Throwable decode(Class<?> type, @Nullable String message, byte @Nullable [] properties, Throwable cause) {
		Throwable rebuilt = switch (this.plans.get(type).way) {
			case PROPERTIES -> read(type, properties, cause);
			case CONSTRUCTOR -> construct(type, message, cause);
			case NONE -> null;
		};
		if (rebuilt == null) {
			throw new PayloadException("The exception " + type.getName() + " can't be rebuilt", null);
		}
		return withCause(rebuilt, cause);
	}

	/**
	 * Give an exception a cause, or a suppressed exception if it has fixed its cause.
	 */
	public static <T extends Throwable> T withCause(T thrown, Throwable cause) {
		if (thrown.getCause() != cause) {
			try {
				thrown.initCause(cause);
			}
			catch (IllegalStateException ex) {
				thrown.addSuppressed(cause);
			}
		}
		return thrown;
	}

	private @Nullable Throwable read(Class<?> type, byte @Nullable [] properties, Throwable cause) {
		if (properties == null) {
			return null;
		}
		try {
			Throwable read = this.mapper.readerFor(this.mapper.constructType(type))
				.withAttribute(CAUSE, cause)
				.readValue(properties);
			return (read != null) ? read.fillInStackTrace() : null;
		}
		catch (JacksonException ex) {
			throw new PayloadException(
					"The exception " + type.getName() + " can't be rebuilt: " + ex.getOriginalMessage(), ex);
		}
	}

	/*
	 * A constructor of a text may take something else than the message; then another one
	 * is better.
	 */
	private static @Nullable Throwable construct(Class<?> type, @Nullable String message, Throwable cause) {
		Throwable first = null;
		for (Class<?>[] signature : CONSTRUCTORS) {
			Throwable made = construct(type, signature, message, cause);
			if (made != null && (message == null || message.equals(made.getMessage()))) {
				return made;
			}
			first = (first != null) ? first : made;
		}
		return first;
	}

	private static @Nullable Throwable construct(Class<?> type, Class<?>[] signature, @Nullable String message,
			Throwable cause) {
		try {
			Constructor<?> constructor = type.getConstructor(signature);
			return (Throwable) switch (signature.length) {
				case 2 -> constructor.newInstance(message, cause);
				case 1 -> constructor.newInstance(message);
				default -> constructor.newInstance();
			};
		}
		catch (ReflectiveOperationException | RuntimeException ex) {
			return null;
		}
	}

	private Plan plan(Class<?> type) {
		String hidden = hidden(type);
		if (hidden != null) {
			return new Plan(Way.NONE, hidden);
		}
		List<Field> fields = fields(type);
		String constructors = constructors(type);
		if (fields.isEmpty() && constructors == null) {
			return new Plan(Way.CONSTRUCTOR, null);
		}
		Carried carried;
		try {
			carried = carried(type);
		}
		catch (JacksonException ex) {
			carried = new Carried(false, Map.of(), Set.of(), Set.of());
		}
		String properties = carried.problem(fields);
		if (properties == null) {
			return new Plan(Way.PROPERTIES, null);
		}
		boolean anyConstructor = construct(type, PROBE, new RuntimeException()) != null;
		String problem = (fields.isEmpty() && constructors != null) ? constructors : properties;
		return new Plan(anyConstructor ? Way.CONSTRUCTOR : carried.creatable ? Way.PROPERTIES : Way.NONE, problem);
	}

	private static @Nullable String hidden(Class<?> type) {
		if (!Modifier.isPublic(type.getModifiers())) {
			return "is not public: make it public";
		}
		if (Modifier.isAbstract(type.getModifiers())) {
			return "is abstract: declare the exceptions that extend it";
		}
		if (type.isMemberClass() && !Modifier.isStatic(type.getModifiers())) {
			return "is an inner class: make it static";
		}
		return null;
	}

	private static List<Field> fields(Class<?> type) {
		List<Field> fields = new ArrayList<>();
		for (Class<?> owner = type; owner != null && owner != Throwable.class; owner = owner.getSuperclass()) {
			for (Field field : owner.getDeclaredFields()) {
				if (!Modifier.isStatic(field.getModifiers()) && !Modifier.isTransient(field.getModifiers())
						&& !field.isSynthetic() && !field.isAnnotationPresent(JsonIgnore.class)) {
					fields.add(field);
				}
			}
		}
		return fields;
	}

	private static @Nullable String constructors(Class<?> type) {
		Throwable made = construct(type, PROBE, new RuntimeException());
		boolean fixed = construct(type, new Class<?>[0], null, new RuntimeException()) != null;
		if (made != null && (fixed || PROBE.equals(made.getMessage()))) {
			return null;
		}
		return (made == null) ? "has no constructor that Horde can use: add a public one with a String, the message"
				: "does not take its message from its constructor: add a public one with a String, the message";
	}

	private Carried carried(Class<?> type) {
		ValueDeserializer<?> deserializer = this.mapper._deserializationContext()
			.findRootValueDeserializer(this.mapper.constructType(type));
		Map<String, Class<?>> written = new HashMap<>();
		this.mapper._serializationContext()
			.findValueSerializer(type)
			.properties()
			.forEachRemaining((property) -> written.put(property.getName(), rawType(property)));
		if (!(deserializer instanceof BeanDeserializerBase bean)) {
			return new Carried(true, written, Set.copyOf(written.keySet()), Set.of());
		}
		Set<String> read = new TreeSet<>();
		Set<String> wanted = new TreeSet<>();
		bean.properties().forEachRemaining((property) -> read.add(property.getName()));
		bean.creatorProperties().forEachRemaining((property) -> {
			read.add(property.getName());
			if (isValue(property)) {
				wanted.add(property.getName());
			}
		});
		boolean creatable = bean.getValueInstantiator().canCreateFromObjectWith()
				|| bean.getValueInstantiator().canCreateFromString()
				|| bean.getValueInstantiator().canCreateUsingDefault();
		return new Carried(creatable, written, read, wanted);
	}

	private static Class<?> rawType(PropertyWriter property) {
		return property.getType().getRawClass();
	}

	private static boolean isValue(SettableBeanProperty property) {
		return !Throwable.class.isAssignableFrom(property.getType().getRawClass());
	}

	/**
	 * How an exception is rebuilt.
	 */
	private enum Way {

		PROPERTIES, CONSTRUCTOR, NONE

	}

	private record Plan(Way way, @Nullable String problem) {

	}

	/**
	 * What bytes carry of an exception.
	 *
	 * @param creatable whether it can be made of properties at all
	 * @param written its properties that are written, with their types
	 * @param read those that are read
	 * @param wanted those without which it can't be made
	 */
	private record Carried(boolean creatable, Map<String, Class<?>> written, Set<String> read, Set<String> wanted) {

		@Nullable String problem(List<Field> fields) {
			if (!this.creatable) {
				return "has no constructor that Horde can use: add a public one whose parameters are named like its"
						+ " properties, mark one with @JsonCreator, and compile with -parameters";
			}
			for (String parameter : this.wanted) {
				if (!this.written.containsKey(parameter)) {
					return "has a constructor with a parameter '" + parameter
							+ "' that nothing gives back: name it like a property that has a getter, or 'message'";
				}
			}
			Map<String, Class<?>> free = new HashMap<>(this.written);
			free.keySet().retainAll(this.read);
			List<Field> left = fields.stream().filter((field) -> free.remove(field.getName()) == null).toList();
			for (Field field : left) {
				// It may be a property of another name
				String other = free.entrySet()
					.stream()
					.filter((property) -> property.getValue() == field.getType()
							&& !"message".equals(property.getKey()))
					.map(Map.Entry::getKey)
					.findFirst()
					.orElse(null);
				if (other == null) {
					return "has a field '" + field.getName()
							+ "' that does not travel: give it a getter and a parameter of the constructor, with its name,"
							+ " or make it transient";
				}
				free.remove(other);
			}
			return null;
		}

	}

	/**
	 * Mixed into all exceptions.
	 */
	@JsonIgnoreProperties({ "stackTrace", "suppressed", "localizedMessage" })
	private abstract static class Properties {

		@JsonProperty(access = JsonProperty.Access.WRITE_ONLY)
		abstract Throwable getCause();

	}

	/**
	 * Reads any Throwable as the cause that the reader has given.
	 */
	private static final class GivenCause extends ValueDeserializer<Throwable> {

		@Override
		public @Nullable Throwable deserialize(JsonParser parser, DeserializationContext context) {
			parser.skipChildren();
			return (Throwable) context.getAttribute(CAUSE);
		}

		@Override
		public @Nullable Object getNullValue(DeserializationContext context) {
			return context.getAttribute(CAUSE);
		}

		@Override
		public @Nullable Object getAbsentValue(DeserializationContext context) {
			return context.getAttribute(CAUSE);
		}

	}

	/**
	 * Of several constructors of an exception takes the one with the most parameters.
	 */
	private static final class LongestConstructor extends NopAnnotationIntrospector {

		@Override
		public @Nullable PotentialCreator findPreferredCreator(MapperConfig<?> config, AnnotatedClass type,
				List<PotentialCreator> constructors, List<PotentialCreator> factories,
				Optional<PotentialCreator> withoutParameters) {
			if (!Throwable.class.isAssignableFrom(type.getRawType())) {
				return null;
			}
			PotentialCreator longest = null;
			for (PotentialCreator constructor : constructors) {
				boolean visible = Modifier.isPublic(constructor.creator().getMember().getModifiers());
				if (visible && constructor.paramCount() > 0
						&& (longest == null || constructor.paramCount() > longest.paramCount())) {
					longest = constructor;
				}
			}
			return longest;
		}

	}

}
