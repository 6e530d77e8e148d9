package io.horde.registry.calls;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.InvalidMarkException;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.AcceptPendingException;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.IllegalChannelGroupException;
import java.nio.channels.IllegalSelectorException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.ReadPendingException;
import java.nio.channels.ShutdownChannelGroupException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.channels.WritePendingException;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.nio.file.AccessDeniedException;
import java.nio.file.ClosedDirectoryStreamException;
import java.nio.file.ClosedFileSystemException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.ProviderMismatchException;
import java.nio.file.ProviderNotFoundException;
import java.nio.file.ReadOnlyFileSystemException;
import java.text.ParseException;
import java.time.DateTimeException;
import java.time.format.DateTimeParseException;
import java.time.temporal.UnsupportedTemporalTypeException;
import java.time.zone.ZoneRulesException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.ConcurrentModificationException;
import java.util.DuplicateFormatFlagsException;
import java.util.EmptyStackException;
import java.util.FormatFlagsConversionMismatchException;
import java.util.FormatterClosedException;
import java.util.HashMap;
import java.util.IllegalFormatCodePointException;
import java.util.IllegalFormatConversionException;
import java.util.IllegalFormatFlagsException;
import java.util.IllegalFormatPrecisionException;
import java.util.IllegalFormatWidthException;
import java.util.IllformedLocaleException;
import java.util.InputMismatchException;
import java.util.List;
import java.util.Map;
import java.util.MissingFormatArgumentException;
import java.util.MissingFormatWidthException;
import java.util.MissingResourceException;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.UnknownFormatConversionException;
import java.util.UnknownFormatFlagsException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.PatternSyntaxException;

import io.horde.payload.codec.ExceptionMapper;
import org.jspecify.annotations.Nullable;

/**
 * The exceptions of the JDK that are rebuilt with their class and what they carry.
 */
final class JdkExceptions {

	/*
	 * Unchecked ones are rebuilt whatever a method declares, checked ones if it declares
	 * them. Missing is EnumConstantNotPresentException: it can't be made without a class
	 * that the frame would have to name.
	 */

	private static final Map<String, Form<?>> FORMS = new HashMap<>();

	/**
	 * What a format refuses is told by its class; these are found without its name.
	 */
	private static final List<Class<?>> FORMATTED = List.of(String.class, Boolean.class, Character.class, Byte.class,
			Short.class, Integer.class, Long.class, Float.class, Double.class, BigInteger.class, BigDecimal.class,
			Object.class, ArrayList.class);

	static {
		addLanguage();
		addUtilities();
		addFormats();
		addTimes();
		addBuffersAndFiles();
		addChannels();
		addChecked();
	}

	private JdkExceptions() {
	}

	private static void addLanguage() {
		add(RuntimeException.class, RuntimeException::new);
		add(ArithmeticException.class, ArithmeticException::new);
		add(ArrayIndexOutOfBoundsException.class, ArrayIndexOutOfBoundsException::new);
		add(ArrayStoreException.class, ArrayStoreException::new);
		add(ClassCastException.class, ClassCastException::new);
		add(IllegalArgumentException.class, IllegalArgumentException::new);
		add(IllegalCallerException.class, IllegalCallerException::new);
		add(IllegalMonitorStateException.class, IllegalMonitorStateException::new);
		add(IllegalStateException.class, IllegalStateException::new);
		add(IllegalThreadStateException.class, IllegalThreadStateException::new);
		add(IndexOutOfBoundsException.class, IndexOutOfBoundsException::new);
		add(LayerInstantiationException.class, LayerInstantiationException::new);
		add(NegativeArraySizeException.class, NegativeArraySizeException::new);
		add(NullPointerException.class, NullPointerException::new);
		add(NumberFormatException.class, NumberFormatException::new);
		add(SecurityException.class, SecurityException::new);
		add(StringIndexOutOfBoundsException.class, StringIndexOutOfBoundsException::new);
		add(UnsupportedOperationException.class, UnsupportedOperationException::new);
		add(TypeNotPresentException.class, (thrown) -> List.of(thrown.typeName()),
				(told) -> new TypeNotPresentException(told.text(0), told.cause));
		addLater("java.lang.MatchException", String.class, Throwable.class);
		addLater("java.lang.WrongThreadException", String.class);
	}

	private static void addUtilities() {
		add(ConcurrentModificationException.class, ConcurrentModificationException::new);
		addBare(EmptyStackException.class, EmptyStackException::new);
		add(InputMismatchException.class, InputMismatchException::new);
		add(NoSuchElementException.class, NoSuchElementException::new);
		add(MissingResourceException.class, (thrown) -> Arrays.asList(thrown.getClassName(), thrown.getKey()),
				(told) -> new MissingResourceException(told.message, told.details.get(0), told.details.get(1)));
		add(IllformedLocaleException.class, (thrown) -> List.of(String.valueOf(thrown.getErrorIndex())),
				JdkExceptions::illformedLocale);
		add(PatternSyntaxException.class,
				(thrown) -> List.of(thrown.getDescription(), thrown.getPattern(), String.valueOf(thrown.getIndex())),
				(told) -> new PatternSyntaxException(told.text(0), told.text(1), told.number(2)));
		add(CancellationException.class, CancellationException::new);
		add(RejectedExecutionException.class, RejectedExecutionException::new);
		add(CompletionException.class, (thrown) -> List.of(),
				(told) -> new CompletionException(told.message, told.cause));
	}

	private static IllformedLocaleException illformedLocale(Told told) {
		int index = told.number(0);
		String message = told.message;
		String suffix = " [at index " + index + "]";
		if (message != null && message.endsWith(suffix)) {
			message = message.substring(0, message.length() - suffix.length());
		}
		return (message != null) ? new IllformedLocaleException(message, index) : new IllformedLocaleException();
	}

	private static void addFormats() {
		addBare(FormatterClosedException.class, FormatterClosedException::new);
		add(DuplicateFormatFlagsException.class, (thrown) -> List.of(thrown.getFlags()),
				(told) -> new DuplicateFormatFlagsException(told.text(0)));
		add(FormatFlagsConversionMismatchException.class,
				(thrown) -> List.of(thrown.getFlags(), String.valueOf(thrown.getConversion())),
				(told) -> new FormatFlagsConversionMismatchException(told.text(0), told.text(1).charAt(0)));
		add(IllegalFormatCodePointException.class, (thrown) -> List.of(String.valueOf(thrown.getCodePoint())),
				(told) -> new IllegalFormatCodePointException(told.number(0)));
		add(IllegalFormatConversionException.class,
				(thrown) -> List.of(String.valueOf(thrown.getConversion()), thrown.getArgumentClass().getName()),
				(told) -> new IllegalFormatConversionException(told.text(0).charAt(0), formatted(told.text(1))));
		add(IllegalFormatFlagsException.class, (thrown) -> List.of(thrown.getFlags()),
				(told) -> new IllegalFormatFlagsException(told.text(0)));
		add(IllegalFormatPrecisionException.class, (thrown) -> List.of(String.valueOf(thrown.getPrecision())),
				(told) -> new IllegalFormatPrecisionException(told.number(0)));
		add(IllegalFormatWidthException.class, (thrown) -> List.of(String.valueOf(thrown.getWidth())),
				(told) -> new IllegalFormatWidthException(told.number(0)));
		add(MissingFormatArgumentException.class, (thrown) -> List.of(thrown.getFormatSpecifier()),
				(told) -> new MissingFormatArgumentException(told.text(0)));
		add(MissingFormatWidthException.class, (thrown) -> List.of(thrown.getFormatSpecifier()),
				(told) -> new MissingFormatWidthException(told.text(0)));
		add(UnknownFormatConversionException.class, (thrown) -> List.of(thrown.getConversion()),
				(told) -> new UnknownFormatConversionException(told.text(0)));
		add(UnknownFormatFlagsException.class, (thrown) -> List.of(thrown.getFlags()),
				(told) -> new UnknownFormatFlagsException(told.text(0)));
	}

	private static Class<?> formatted(String name) {
		return FORMATTED.stream().filter((type) -> type.getName().equals(name)).findFirst().orElseThrow();
	}

	private static void addTimes() {
		add(DateTimeException.class, DateTimeException::new);
		add(UnsupportedTemporalTypeException.class, UnsupportedTemporalTypeException::new);
		add(ZoneRulesException.class, ZoneRulesException::new);
		add(DateTimeParseException.class,
				(thrown) -> List.of(thrown.getParsedString(), String.valueOf(thrown.getErrorIndex())),
				(told) -> new DateTimeParseException(told.message, told.text(0), told.number(1)));
	}

	private static void addBuffersAndFiles() {
		addBare(BufferOverflowException.class, BufferOverflowException::new);
		addBare(BufferUnderflowException.class, BufferUnderflowException::new);
		addBare(InvalidMarkException.class, InvalidMarkException::new);
		addBare(ReadOnlyBufferException.class, ReadOnlyBufferException::new);
		add(IllegalCharsetNameException.class, (thrown) -> List.of(thrown.getCharsetName()),
				(told) -> new IllegalCharsetNameException(told.text(0)));
		add(UnsupportedCharsetException.class, (thrown) -> List.of(thrown.getCharsetName()),
				(told) -> new UnsupportedCharsetException(told.text(0)));
		add(InvalidPathException.class,
				(thrown) -> List.of(thrown.getInput(), thrown.getReason(), String.valueOf(thrown.getIndex())),
				(told) -> new InvalidPathException(told.text(0), told.text(1), told.number(2)));
		addBare(ClosedDirectoryStreamException.class, ClosedDirectoryStreamException::new);
		addBare(ClosedFileSystemException.class, ClosedFileSystemException::new);
		addBare(ClosedWatchServiceException.class, ClosedWatchServiceException::new);
		addBare(ReadOnlyFileSystemException.class, ReadOnlyFileSystemException::new);
		add(FileSystemAlreadyExistsException.class, FileSystemAlreadyExistsException::new);
		add(FileSystemNotFoundException.class, FileSystemNotFoundException::new);
		add(ProviderMismatchException.class, ProviderMismatchException::new);
		add(ProviderNotFoundException.class, ProviderNotFoundException::new);
		add(UncheckedIOException.class, (thrown) -> nested(thrown.getCause()),
				(told) -> new UncheckedIOException(told.message, told.nested()));
		add(DirectoryIteratorException.class, (thrown) -> nested(thrown.getCause()),
				(told) -> new DirectoryIteratorException(told.nested()));
	}

	private static void addChannels() {
		addBare(AcceptPendingException.class, AcceptPendingException::new);
		addBare(AlreadyBoundException.class, AlreadyBoundException::new);
		addBare(AlreadyConnectedException.class, AlreadyConnectedException::new);
		addBare(CancelledKeyException.class, CancelledKeyException::new);
		addBare(ClosedSelectorException.class, ClosedSelectorException::new);
		addBare(ConnectionPendingException.class, ConnectionPendingException::new);
		addBare(IllegalBlockingModeException.class, IllegalBlockingModeException::new);
		addBare(IllegalChannelGroupException.class, IllegalChannelGroupException::new);
		addBare(IllegalSelectorException.class, IllegalSelectorException::new);
		addBare(NoConnectionPendingException.class, NoConnectionPendingException::new);
		addBare(NonReadableChannelException.class, NonReadableChannelException::new);
		addBare(NonWritableChannelException.class, NonWritableChannelException::new);
		addBare(NotYetBoundException.class, NotYetBoundException::new);
		addBare(NotYetConnectedException.class, NotYetConnectedException::new);
		addBare(OverlappingFileLockException.class, OverlappingFileLockException::new);
		addBare(ReadPendingException.class, ReadPendingException::new);
		addBare(ShutdownChannelGroupException.class, ShutdownChannelGroupException::new);
		addBare(UnresolvedAddressException.class, UnresolvedAddressException::new);
		addBare(UnsupportedAddressTypeException.class, UnsupportedAddressTypeException::new);
		addBare(WritePendingException.class, WritePendingException::new);
	}

	private static void addChecked() {
		add(IOException.class, IOException::new);
		add(EOFException.class, EOFException::new);
		add(FileNotFoundException.class, FileNotFoundException::new);
		add(ConnectException.class, ConnectException::new);
		add(SocketException.class, SocketException::new);
		add(SocketTimeoutException.class, SocketTimeoutException::new);
		add(UnknownHostException.class, UnknownHostException::new);
		addFile(FileSystemException.class, FileSystemException::new);
		addFile(AccessDeniedException.class, AccessDeniedException::new);
		addFile(FileAlreadyExistsException.class, FileAlreadyExistsException::new);
		addFile(NoSuchFileException.class, NoSuchFileException::new);
		addFile(DirectoryNotEmptyException.class, (file, other, reason) -> new DirectoryNotEmptyException(file));
		addFile(NotDirectoryException.class, (file, other, reason) -> new NotDirectoryException(file));
		add(ParseException.class, (thrown) -> List.of(String.valueOf(thrown.getErrorOffset())),
				(told) -> new ParseException(told.message, told.number(0)));
		add(URISyntaxException.class,
				(thrown) -> List.of(thrown.getInput(), thrown.getReason(), String.valueOf(thrown.getIndex())),
				(told) -> new URISyntaxException(told.text(0), told.text(1), told.number(2)));
	}

	private static <T extends Throwable> void add(Class<T> type, Function<@Nullable String, T> constructor) {
		add(type, (thrown) -> List.of(), (told) -> constructor.apply(told.message));
	}

	private static <T extends Throwable> void addBare(Class<T> type, Supplier<T> constructor) {
		add(type, (thrown) -> List.of(), (told) -> constructor.get());
	}

	private static <T extends FileSystemException> void addFile(Class<T> type, FileConstructor<T> constructor) {
		add(type, (thrown) -> Arrays.asList(thrown.getFile(), thrown.getOtherFile(), thrown.getReason()),
				(told) -> constructor.make(told.details.get(0), told.details.get(1), told.details.get(2)));
	}

	private static <T extends Throwable> void add(Class<T> type, Function<T, List<@Nullable String>> details,
			Function<Told, T> maker) {
		FORMS.put(type.getName(), new Form<>(type, details, maker));
	}

	/* One that a later JDK has. */
	private static void addLater(String name, Class<?>... parameters) {
		try {
			add(Class.forName(name).asSubclass(RuntimeException.class).getConstructor(parameters));
		}
		catch (ReflectiveOperationException ex) {
			// This JDK does not have it, so nobody throws it here
		}
	}

	private static <T extends RuntimeException> void add(Constructor<T> constructor) {
		add(constructor.getDeclaringClass(), (thrown) -> List.of(), (told) -> {
			try {
				return (constructor.getParameterCount() == 1) ? constructor.newInstance(told.message)
						: constructor.newInstance(told.message, told.cause);
			}
			catch (ReflectiveOperationException ex) {
				throw new IllegalStateException(ex);
			}
		});
	}

	private static List<@Nullable String> nested(@Nullable Throwable cause) {
		List<@Nullable String> nested = new ArrayList<>();
		if (cause != null) {
			nested.add(cause.getClass().getName());
			nested.add(cause.getMessage());
			Form<?> form = FORMS.get(cause.getClass().getName());
			if (form != null) {
				nested.addAll(form.describe(cause));
			}
		}
		return nested;
	}

	/**
	 * Tell whether exceptions of a class are rebuilt here.
	 */
	static boolean knows(Class<?> type) {
		Form<?> form = FORMS.get(type.getName());
		return form != null && form.type == type;
	}

	/**
	 * Return what an exception carries beside its message.
	 * @return nothing if its class is not known
	 */
	static List<@Nullable String> details(Throwable thrown) {
		Form<?> form = knows(thrown.getClass()) ? FORMS.get(thrown.getClass().getName()) : null;
		if (form == null) {
			return List.of();
		}
		return form.describe(thrown);
	}

	/**
	 * Rebuild an unchecked exception, or one that is declared.
	 * @param name the name of its class
	 * @param cause its cause, unless it has one of its own, which gets that cause then
	 * @param declared the exceptions that may be thrown though they are checked
	 * @return {@code null} if there is none of that name, or the details don't fit
	 */
	static @Nullable Throwable restore(String name, @Nullable String message, List<@Nullable String> details,
			Throwable cause, List<Class<?>> declared) {
		Form<?> form = FORMS.get(name);
		if (form == null || (!RuntimeException.class.isAssignableFrom(form.type) && !declared.contains(form.type))) {
			return null;
		}
		return form.make(new Told(message, details, cause));
	}

	/**
	 * How exceptions of a class are taken apart and made.
	 */
	private record Form<T extends Throwable>(Class<T> type, Function<T, List<@Nullable String>> details,
			Function<Told, T> maker) {

		List<@Nullable String> describe(Throwable thrown) {
			return this.details.apply(this.type.cast(thrown));
		}

		/* Details may come from anybody. */
		@Nullable Throwable make(Told told) {
			try {
				Throwable made = this.maker.apply(told);
				return (made.getCause() != null) ? made : ExceptionMapper.withCause(made, told.cause);
			}
			catch (RuntimeException ex) {
				return null;
			}
		}

	}

	/**
	 * What was told of an exception.
	 */
	private record Told(@Nullable String message, List<@Nullable String> details, Throwable cause) {

		String text(int index) {
			return Objects.requireNonNull(this.details.get(index));
		}

		int number(int index) {
			return Integer.parseInt(text(index));
		}

		/**
		 * Return its own cause, which is some kind of IOException.
		 */
		IOException nested() {
			Form<?> form = FORMS.get(text(0));
			Told inner = new Told(this.details.get(1), this.details.subList(2, this.details.size()), this.cause);
			if (form != null && form.make(inner) instanceof IOException known) {
				return known;
			}
			IOException unknown = new IOException(this.details.get(1));
			unknown.initCause(this.cause);
			return unknown;
		}

	}

	/**
	 * Makes an exception about a file.
	 */
	private interface FileConstructor<T> {

		T make(@Nullable String file, @Nullable String other, @Nullable String reason);

	}

}
