package io.horde;

import java.util.HashSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds that each method that users can call or implement is called or implemented by a
 * test. Whether the test looks at what the method promises is for reviewers to see; that
 * there is none is seen here.
 */
class PublicApiTests {

	private static final Set<String> GENERATED = Set.of("values", "valueOf", "equals", "hashCode", "toString");

	private static final JavaClasses CLASSES = new ClassFileImporter().importPackages("io.horde");

	@Test
	void eachMethodHasATest() {
		assertThat(untested((test) -> true)).isEmpty();
	}

	@Test
	void eachConstantIsMentionedOutsideOfItsType() {
		Set<String> mentioned = CLASSES.stream()
			.flatMap((type) -> type.getFieldAccessesFromSelf().stream())
			.filter((access) -> !access.getOriginOwner().equals(access.getTargetOwner()))
			.map((access) -> access.getTarget().getFullName())
			.collect(Collectors.toSet());
		Set<String> reserved = Set.of("io.horde.process.StartReason.CHECKPOINT");
		assertThat(api().filter(JavaClass::isEnum)
			.flatMap((type) -> type.getFields().stream())
			.filter((field) -> field.getModifiers().contains(JavaModifier.PUBLIC))
			.map(JavaField::getFullName)
			.filter((name) -> !mentioned.contains(name))).containsExactlyInAnyOrderElementsOf(reserved);
	}

	@Test
	void aMethodWithoutATestIsSeen() {
		assertThat(untested((test) -> !test.getPackageName().startsWith("io.horde.distribution")
				&& !test.getPackageName().startsWith("io.horde.supervisor")))
			.contains("io.horde.distribution.HashRing.preferenceList(java.lang.String, int)");
	}

	/**
	 * Return the methods and constructors of the API that none of some tests calls,
	 * refers to, implements or (attributes of annotations) sets.
	 */
	private static SortedSet<String> untested(Predicate<JavaClass> tests) {
		Set<JavaCodeUnit> touched = new HashSet<>();
		Set<String> attributes = new HashSet<>();
		CLASSES.stream().filter((type) -> isTest(type) && tests.test(type)).forEach((test) -> {
			Stream.concat(test.getCodeUnitAccessesFromSelf().stream(), test.getCodeUnitReferencesFromSelf().stream())
				.forEach((access) -> touch(access.getTarget(), touched));
			test.getMethods().forEach((method) -> overridden(method).forEach(touched::add));
			annotations(test).forEach((annotation) -> annotation.getProperties()
				.keySet()
				.stream()
				.filter(annotation::hasExplicitlyDeclaredProperty)
				.forEach((attribute) -> attributes.add(annotation.getRawType().getName() + "." + attribute + "()")));
		});
		SortedSet<String> untested = new TreeSet<>();
		api().flatMap((type) -> type.getCodeUnits().stream())
			.filter(PublicApiTests::isForUsers)
			.filter((unit) -> !touched.contains(unit) && !isReadBy(unit, touched))
			.map(JavaCodeUnit::getFullName)
			.filter((name) -> !attributes.contains(name))
			.forEach(untested::add);
		return untested;
	}

	/**
	 * Tell whether it is a component of a record that is read by an interface.
	 */
	private static boolean isReadBy(JavaCodeUnit unit, Set<JavaCodeUnit> touched) {
		return unit instanceof JavaMethod method && method.getOwner().isRecord()
				&& overridden(method).anyMatch(touched::contains);
	}

	private static void touch(CodeUnitAccessTarget target, Set<JavaCodeUnit> touched) {
		target.resolveMember().ifPresent((member) -> {
			touched.add(member);
			if (member instanceof JavaMethod method) {
				overridden(method).forEach(touched::add);
			}
		});
	}

	private static Stream<JavaMethod> overridden(JavaMethod method) {
		return Stream
			.concat(method.getOwner().getAllRawSuperclasses().stream(),
					method.getOwner().getAllRawInterfaces().stream())
			.filter(PublicApiTests::isApi)
			.flatMap((type) -> type.getMethods().stream())
			.filter((above) -> above.getName().equals(method.getName())
					&& above.getRawParameterTypes().size() == method.getRawParameterTypes().size());
	}

	private static Stream<? extends JavaAnnotation<?>> annotations(JavaClass type) {
		return Stream
			.of(type.getAnnotations().stream(),
					type.getMembers().stream().flatMap((member) -> member.getAnnotations().stream()))
			.flatMap((annotations) -> annotations);
	}

	/**
	 * Constructors of records and exceptions are for Horde, which makes what users read.
	 */
	private static boolean isForUsers(JavaCodeUnit unit) {
		Set<JavaModifier> modifiers = unit.getModifiers();
		if (unit.isConstructor() && (unit.getOwner().isRecord() || unit.getOwner().isAssignableTo(Throwable.class))) {
			return false;
		}
		return (modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED))
				&& !modifiers.contains(JavaModifier.SYNTHETIC) && !modifiers.contains(JavaModifier.BRIDGE)
				&& !GENERATED.contains(unit.getName()) && !unit.getName().equals("<clinit>");
	}

	private static Stream<JavaClass> api() {
		return CLASSES.stream().filter((type) -> !isTest(type) && isApi(type));
	}

	private static boolean isApi(JavaClass type) {
		return type.getPackageName().startsWith("io.horde") && ArchitectureTests.isApi(type);
	}

	private static boolean isTest(JavaClass type) {
		return !type.getSource().map((source) -> source.getUri().toString().contains("/classes/")).orElse(false);
	}

}
