package io.horde.wire;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Reads and writes a family of messages as their records declare them: an array of the
 * number of the kind of message, and of its components in their order. For messages that
 * are sent seldom. Components are only ever added behind.
 *
 * @param <M> type of the messages
 */
public final class RecordCodec<M> {

	/*
	 * A record within a message is an array of its components, a list is an array of its
	 * elements, an enum is its ordinal, and what may be null is null then. All else is
	 * one of the types below, or has a form that the family gives it.
	 */

	private final Map<Type, Form> forms = new HashMap<>();

	private final Map<Class<?>, Kind> kinds = new HashMap<>();

	private final Map<Integer, Kind> kindsByNumber = new HashMap<>();

	public RecordCodec() {
		with(long.class, (value, writer) -> writer.longValue(value), FrameReader::longValue);
		with(Long.class, (value, writer) -> writer.longValue(value), FrameReader::longValue);
		with(int.class, (value, writer) -> writer.longValue(value), FrameReader::intValue);
		with(boolean.class, (value, writer) -> writer.bool(value), FrameReader::bool);
		with(String.class, (value, writer) -> writer.string(value), FrameReader::string);
		with(byte[].class, (value, writer) -> writer.bytes(value), FrameReader::bytes);
		with(long[].class, (value, writer) -> writer.longs(value), FrameReader::longs);
	}

	/**
	 * Give values of a type a form of their own, which is one item.
	 */
	@SuppressWarnings("unchecked")
	public <T> RecordCodec<M> with(Class<T> type, BiConsumer<T, FrameWriter> write, Function<FrameReader, T> read) {
		this.forms.put(type, new Form(1, (BiConsumer<@Nullable Object, FrameWriter>) write,
				(Function<FrameReader, @Nullable Object>) read));
		return this;
	}

	/**
	 * Leave away the arrays around the records of a type, of which lists have many.
	 */
	public RecordCodec<M> flat(Class<? extends Record> type) {
		this.forms.put(type, components(type));
		return this;
	}

	/**
	 * Add a kind of message, after all forms that it needs.
	 * @param number the number that stands for it in frames
	 */
	public RecordCodec<M> message(int number, Class<? extends M> type) {
		Kind kind = new Kind(number, components(type));
		this.kinds.put(type, kind);
		this.kindsByNumber.put(number, kind);
		return this;
	}

	/**
	 * Write a message.
	 * @param head what stands between its number and its components
	 */
	public byte[] frame(M message, long... head) {
		Kind kind = Objects.requireNonNull(this.kinds.get(message.getClass()), "kind of message");
		FrameWriter writer = new FrameWriter().array(1 + head.length + kind.form.items).longValue(kind.number);
		for (long one : head) {
			writer.longValue(one);
		}
		kind.form.write.accept(message, writer);
		return writer.toBytes();
	}

	/**
	 * Read a message that begins with the number of its kind.
	 * @param family what the messages are, as the end of a sentence about an unknown one
	 * @throws MalformedFrameException if it is none of the family
	 */
	public M read(byte[] frame, String family) {
		FrameReader reader = new FrameReader(frame);
		reader.array();
		int number = reader.intValue();
		M message = read(number, reader);
		if (message == null) {
			throw new MalformedFrameException("Unknown message type " + number + " " + family);
		}
		return message;
	}

	/**
	 * Read the components of a message, and not what a later release may have added.
	 * @param number the number of its kind
	 * @return the message, or {@code null} if no kind has that number
	 */
	@SuppressWarnings("unchecked")
	public @Nullable M read(int number, FrameReader reader) {
		Kind kind = this.kindsByNumber.get(number);
		return (kind != null) ? (M) kind.form.read.apply(reader) : null;
	}

	private Form form(AnnotatedType annotated) {
		Type type = annotated.getType();
		Form own = this.forms.get((type instanceof ParameterizedType generic) ? generic.getRawType() : type);
		Form form = (own != null) ? own : structure(annotated);
		return annotated.isAnnotationPresent(Nullable.class) ? orNil(form) : form;
	}

	private Form structure(AnnotatedType annotated) {
		if (annotated instanceof AnnotatedParameterizedType list) {
			return list(form(list.getAnnotatedActualTypeArguments()[0]));
		}
		Class<?> type = (Class<?>) annotated.getType();
		return type.isEnum() ? ordinal(type.getEnumConstants()) : array(components(type));
	}

	private static Form orNil(Form form) {
		return new Form(1, (value, writer) -> {
			if (value != null) {
				form.write.accept(value, writer);
			}
			else {
				writer.nil();
			}
		}, (reader) -> reader.nil() ? null : form.read.apply(reader));
	}

	private static Form list(Form element) {
		return new Form(1, (value, writer) -> {
			List<?> list = (List<?>) value;
			writer.array(list.size() * element.items);
			list.forEach((one) -> element.write.accept(one, writer));
		}, (reader) -> {
			List<?> list = reader.items(reader.array() / element.items, () -> element.read.apply(reader));
			reader.end();
			return list;
		});
	}

	private static Form ordinal(Object[] values) {
		return new Form(1, (value, writer) -> writer.longValue(((Enum<?>) value).ordinal()),
				(reader) -> reader.oneOf(values));
	}

	private static Form array(Form components) {
		return new Form(1, (value, writer) -> components.write.accept(value, writer.array(components.items)),
				(reader) -> reader.array(() -> components.read.apply(reader)));
	}

	private Form components(Class<?> type) {
		List<Form> forms = new ArrayList<>();
		List<Class<?>> types = new ArrayList<>();
		List<MethodHandle> accessors = new ArrayList<>();
		MethodHandle constructor;
		try {
			MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(type, MethodHandles.lookup());
			for (RecordComponent component : type.getRecordComponents()) {
				forms.add(form(component.getAnnotatedType()));
				types.add(component.getType());
				accessors.add(lookup.unreflect(component.getAccessor()));
			}
			constructor = lookup.findConstructor(type, MethodType.methodType(void.class, types))
				.asSpreader(Object[].class, types.size());
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(type + " is no record that frames can carry", ex);
		}
		return new Form(forms.stream().mapToInt(Form::items).sum(), (value, writer) -> {
			for (int i = 0; i < forms.size(); i++) {
				forms.get(i).write.accept(invoke(accessors.get(i), value), writer);
			}
		}, (reader) -> invoke(constructor, forms.stream().map((form) -> form.read.apply(reader)).toArray()));
	}

	private static @Nullable Object invoke(MethodHandle handle, @Nullable Object argument) {
		try {
			return handle.invoke(argument);
		}
		catch (RuntimeException | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * How values of a type look in a frame.
	 *
	 * @param items how many items of an array they are
	 */
	private record Form(int items, BiConsumer<@Nullable Object, FrameWriter> write,
			Function<FrameReader, @Nullable Object> read) {

	}

	/**
	 * A kind of message.
	 */
	private record Kind(int number, Form form) {

	}

}
