package io.horde.payload.codec;

import java.io.Serializable;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationConfig;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.AbstractDeserializer;
import tools.jackson.databind.deser.SettableBeanProperty;
import tools.jackson.databind.deser.ValueInstantiator;
import tools.jackson.databind.deser.bean.BeanDeserializerBase;
import tools.jackson.databind.deser.std.ContainerDeserializerBase;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.introspect.AnnotatedClass;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.ser.impl.UnknownSerializer;

/**
 * Tells of a type whether its values can be written and read, before there are any: it
 * looks at what Jackson would read them with, down to the last component.
 */
final class TypeCheck {

	/** What could be anything, and would be read as what it looks like. */
	private static final Set<Class<?>> VAGUE = Set.of(Object.class, Number.class, Serializable.class, Comparable.class);

	private static final String KEYS = "use a list of entries, a key with @JsonCreator and @JsonValue, or a Jackson module"
			+ " with a key deserializer";

	private final ObjectMapper mapper;

	private final Map<Class<?>, String> contentProblems = new ConcurrentHashMap<>();

	TypeCheck(ObjectMapper mapper) {
		this.mapper = mapper;
	}

	/**
	 * Tell why values of a type can't be carried.
	 * @return a sentence without a full stop, or {@code null} if they can
	 */
	@Nullable String problem(Type type) {
		String problem;
		try {
			problem = new Walk(this.mapper._deserializationContext()).look(this.mapper.constructType(type), "it");
		}
		catch (InvalidDefinitionException ex) {
			boolean key = ex.getOriginalMessage().contains("Key deserializer");
			problem = ex.getOriginalMessage() + (key ? ": " + KEYS : "");
		}
		catch (JacksonException ex) {
			problem = ex.getOriginalMessage();
		}
		catch (IllegalArgumentException ex) {
			problem = ex.getMessage();
		}
		return (problem != null) ? type.getTypeName() + " can't be carried: " + problem : null;
	}

	/**
	 * Tell why values of a class would arrive without their content: it has fields, and
	 * nothing of them is written.
	 * @return a sentence without a full stop, or {@code null} if nothing is wrong
	 */
	@Nullable String contentProblem(Class<?> type) {
		String problem = this.contentProblems.computeIfAbsent(type, this::findContentProblem);
		return problem.isEmpty() ? null : problem;
	}

	private String findContentProblem(Class<?> type) {
		if (type.isEnum() || type.isInterface() || !hasFields(type) || !(this.mapper._serializationContext()
			.findPrimaryPropertySerializer(this.mapper.constructType(type), null) instanceof UnknownSerializer)) {
			return "";
		}
		return type.getName() + " has fields, but no property that would be written: give it getters, or make it a"
				+ " record";
	}

	private static boolean hasFields(Class<?> type) {
		for (Class<?> declaring = type; declaring != null; declaring = declaring.getSuperclass()) {
			for (Field field : declaring.getDeclaredFields()) {
				if (!Modifier.isStatic(field.getModifiers()) && !field.isSynthetic()) {
					return true;
				}
			}
		}
		return false;
	}

	/**
	 * One walk through the components of a type.
	 */
	private final class Walk {

		private final DeserializationContext context;

		private final Set<JavaType> seen = new HashSet<>();

		Walk(DeserializationContext context) {
			this.context = context;
		}

		@Nullable String look(JavaType type, String what) {
			return look(type, this.context.findContextualValueDeserializer(type, null),
					this.context.findTypeDeserializer(type) != null, null, what);
		}

		private @Nullable String look(JavaType type, @Nullable ValueDeserializer<?> deserializer, boolean named,
				@Nullable AnnotatedMember member, String what) {
			if (type.isPrimitive() || !this.seen.add(type)) {
				return null;
			}
			if (named) {
				return subtypes(type, deserializer, member, what);
			}
			Class<?> raw = type.getRawClass();
			if (VAGUE.contains(raw) && isJacksons(deserializer)) {
				return what + " is declared as " + raw.getName()
						+ ", which could be anything: declare what it is, or use JsonNode for any data";
			}
			if (deserializer instanceof AbstractDeserializer) {
				return what + " is declared as " + raw.getName()
						+ ", which is abstract: say by @JsonTypeInfo(use = NAME)"
						+ " and @JsonSubTypes which subtypes there are";
			}
			if (deserializer instanceof BeanDeserializerBase bean) {
				return bean(type, bean, what);
			}
			if (type.isMapLikeType()) {
				String problem = key(type.getKeyType(), what);
				return (problem != null) ? problem : content(type, deserializer, member, what);
			}
			return (type.isContainerType() || type.isReferenceType()) ? content(type, deserializer, member, what)
					: null;
		}

		private static boolean isJacksons(@Nullable ValueDeserializer<?> deserializer) {
			return deserializer == null || deserializer.getClass().getName().startsWith("tools.jackson.");
		}

		private @Nullable String subtypes(JavaType type, @Nullable ValueDeserializer<?> deserializer,
				@Nullable AnnotatedMember member, String what) {
			DeserializationConfig config = this.context.getConfig();
			AnnotatedClass annotated = this.context.introspectClassAnnotations(type);
			Collection<NamedType> subtypes = (member != null)
					? config.getSubtypeResolver().collectAndResolveSubtypesByTypeId(config, member, type)
					: config.getSubtypeResolver().collectAndResolveSubtypesByTypeId(config, annotated);
			boolean concrete = false;
			for (NamedType named : subtypes) {
				JavaType subtype = this.context.constructSpecializedType(type, named.getType());
				if (subtype.isConcrete()) {
					concrete = true;
					String problem = look(subtype, this.context.findContextualValueDeserializer(subtype, null), false,
							null, what + " as " + subtype.getRawClass().getName());
					if (problem != null) {
						return problem;
					}
				}
			}
			return (concrete || !(deserializer instanceof AbstractDeserializer)) ? null : what + " is declared as "
					+ type.getRawClass().getName() + ", and no @JsonSubTypes says which subtypes there are";
		}

		private @Nullable String bean(JavaType type, BeanDeserializerBase bean, String what) {
			ValueInstantiator instantiator = bean.getValueInstantiator();
			if (!instantiator.canInstantiate()) {
				return what + " is a " + type.getRawClass().getName()
						+ ", which has no constructor that Jackson can use:"
						+ " make it a record, or mark a constructor by @JsonCreator";
			}
			JavaType delegate = instantiator.getDelegateType(this.context.getConfig());
			if (delegate != null) {
				return look(delegate, what);
			}
			String problem = contentProblem(type.getRawClass());
			if (problem == null && !bean.properties().hasNext() && isWritten(type)) {
				return what + " is a " + type.getRawClass().getName()
						+ ", whose properties are written, and none of them could be read: give it a constructor with"
						+ " them, or setters";
			}
			for (Iterator<SettableBeanProperty> properties = bean.properties(); problem == null
					&& properties.hasNext();) {
				SettableBeanProperty property = properties.next();
				String name = "'" + property.getName() + "' of " + type.getRawClass().getSimpleName();
				problem = look(property.getType(),
						property.hasValueDeserializer() ? property.getValueDeserializer() : null,
						property.hasValueTypeDeserializer(), property.getMember(), name);
			}
			return problem;
		}

		private boolean isWritten(JavaType type) {
			return TypeCheck.this.mapper._serializationContext()
				.findPrimaryPropertySerializer(type, null)
				.properties()
				.hasNext();
		}

		private @Nullable String key(JavaType key, String what) {
			if (VAGUE.contains(key.getRawClass())) {
				return "a key of " + what + " is declared as " + key.getRawClass().getName()
						+ ", which could be anything: declare what it is";
			}
			this.context.findKeyDeserializer(key, null);
			return null;
		}

		private @Nullable String content(JavaType type, @Nullable ValueDeserializer<?> deserializer,
				@Nullable AnnotatedMember member, String what) {
			JavaType content = type.getContentType();
			if (content == null) {
				return null;
			}
			boolean named = this.context.findTypeDeserializer(content) != null
					|| (member != null && member.hasAnnotation(JsonTypeInfo.class));
			ValueDeserializer<?> own = (deserializer instanceof ContainerDeserializerBase<?> container)
					? container.getContentDeserializer() : null;
			return look(content, (own != null) ? own : this.context.findContextualValueDeserializer(content, null),
					named, member, "an element of " + what);
		}

	}

}
