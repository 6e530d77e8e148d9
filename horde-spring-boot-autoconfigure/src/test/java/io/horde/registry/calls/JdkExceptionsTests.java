package io.horde.registry.calls;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.FormatFlagsConversionMismatchException;
import java.util.IllegalFormatConversionException;
import java.util.IllformedLocaleException;
import java.util.List;
import java.util.MissingResourceException;
import java.util.concurrent.CompletionException;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JdkExceptions}.
 */
class JdkExceptionsTests {

	private static final List<String> PACKAGES = List.of("java/lang", "java/util", "java/util/concurrent",
			"java/util/regex", "java/time", "java/time/chrono", "java/time/format", "java/time/temporal",
			"java/time/zone", "java/io", "java/nio", "java/nio/charset", "java/nio/file", "java/nio/channels");

	private final Throwable remote = new IllegalStateException("remote");

	@Test
	void noUncheckedExceptionOfThePackagesThatPeopleUseIsMissing() throws Exception {
		List<Class<?>> missing = new ArrayList<>();
		int found = 0;
		for (String name : PACKAGES) {
			Path directory = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules/java.base", name);
			try (Stream<Path> files = Files.list(directory)) {
				for (Path file : files.filter((path) -> path.toString().endsWith("Exception.class")).toList()) {
					Class<?> type = Class.forName(
							name.replace('/', '.') + "." + file.getFileName().toString().replace(".class", ""), false,
							null);
					if (RuntimeException.class.isAssignableFrom(type) && Modifier.isPublic(type.getModifiers())
							&& !Modifier.isAbstract(type.getModifiers()) && type.getConstructors().length > 0) {
						found++;
						if (!JdkExceptions.knows(type)) {
							missing.add(type);
						}
					}
				}
			}
		}
		assertThat(found).isGreaterThan(70);
		assertThat(missing).containsExactlyInAnyOrder(EnumConstantNotPresentException.class);
	}

	@Test
	void whatTheyCarryComesBack() {
		DateTimeParseException date = back(new DateTimeParseException("bad date", "2024-13", 5));
		assertThat(date.getParsedString()).isEqualTo("2024-13");
		assertThat(date.getErrorIndex()).isEqualTo(5);
		MissingResourceException resource = back(new MissingResourceException("none", "Texts", "hello"));
		assertThat(resource.getClassName()).isEqualTo("Texts");
		assertThat(resource.getKey()).isEqualTo("hello");
		assertThat(back(new MissingResourceException("none", null, null)).getKey()).isNull();
		PatternSyntaxException pattern = back(new PatternSyntaxException("open", "a(", 2));
		assertThat(pattern.getPattern()).isEqualTo("a(");
		assertThat(pattern.getIndex()).isEqualTo(2);
		InvalidPathException path = back(new InvalidPathException("a\0b", "nul", 1));
		assertThat(path.getInput()).isEqualTo("a\0b");
		assertThat(path.getReason()).isEqualTo("nul");
		assertThat(back(new IllegalCharsetNameException("?")).getCharsetName()).isEqualTo("?");
		assertThat(back(new IllformedLocaleException("odd", 3)).getErrorIndex()).isEqualTo(3);
		assertThat(back(new IllegalFormatConversionException('d', String.class)).getArgumentClass())
			.isEqualTo(String.class);
		assertThat(back(new FormatFlagsConversionMismatchException("#", 's')).getConversion()).isEqualTo('s');
		assertThat(back(new TypeNotPresentException("x.Y", null)).typeName()).isEqualTo("x.Y");
		assertThat(back(new CompletionException("odd", new IOException()))).hasCause(this.remote);
	}

	@Test
	void anIoExceptionBelowComesBackWithItsTypeAndTheRemoteStackBelow() {
		assertThat(back(new UncheckedIOException("odd", new FileNotFoundException("x"))).getCause())
			.isExactlyInstanceOf(FileNotFoundException.class)
			.hasMessage("x")
			.hasCause(this.remote);
		assertThat(back(new UncheckedIOException(new NoSuchFileException("a", null, "gone"))).getCause())
			.isInstanceOfSatisfying(NoSuchFileException.class,
					(file) -> assertThat(file.getReason()).isEqualTo("gone"));
		assertThat(back(new UncheckedIOException(new IOException() {
		})).getCause()).isExactlyInstanceOf(IOException.class);
		assertThat(back(new DirectoryIteratorException(new IOException("x"))).getCause()).hasMessage("x");
	}

	@Test
	void whatCannotBeMadeWithoutAClassIsNot() {
		Throwable thrown = new IllegalFormatConversionException('d', EnumMap.class);
		assertThat(JdkExceptions.restore(thrown.getClass().getName(), thrown.getMessage(),
				JdkExceptions.details(thrown), this.remote, List.of()))
			.isNull();
	}

	@SuppressWarnings("unchecked")
	private <T extends Throwable> T back(T thrown) {
		Throwable back = JdkExceptions.restore(thrown.getClass().getName(), thrown.getMessage(),
				JdkExceptions.details(thrown), this.remote, List.of());
		assertThat(back).isExactlyInstanceOf(thrown.getClass()).hasMessage(thrown.getMessage());
		return (T) back;
	}

}
