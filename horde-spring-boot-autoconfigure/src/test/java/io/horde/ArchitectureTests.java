package io.horde;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import io.horde.node.LoopWatch;
import io.horde.time.EventLoop;
import org.jspecify.annotations.NullMarked;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.context.annotation.Bean;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the architecture: floors, where foreign libraries may be used, the determinism of
 * the core, and the border between API and internals.
 */
@AnalyzeClasses(packages = "io.horde", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	private static final String BASE = "io.horde";

	private static final String CBOR = "io.horde.wire.cbor";

	/*
	 * From the ground up: a package may import those of lower floors only.
	 */
	private static final List<Set<String>> HOUSE = List.of(Set.of(""), Set.of("payload", "time"),
			Set.of("payload.codec"), Set.of("wire", "time.clock"), Set.of("crdt"), Set.of("transport"),
			Set.of("cluster"), Set.of("cluster.protocol"), Set.of("cluster.quorum"), Set.of("cluster.membership"),
			Set.of("cluster.topology"), Set.of("distribution", "replication.protocol"), Set.of("replication"),
			Set.of("process"), Set.of("schedule"), Set.of("schedule.engine"), Set.of("process.engine"),
			Set.of("registry"), Set.of("registry.names"), Set.of("registry.calls"), Set.of("registry.engine"),
			Set.of("supervisor"), Set.of("supervisor.ownership"), Set.of("schedule.records"),
			Set.of("supervisor.engine"), Set.of("node"), Set.of("hazelcast.gate"),
			Set.of("hazelcast", "discovery", "scope"), Set.of("micrometer"),
			Set.of("actuate", "micrometer.autoconfigure", "dashboard"), Set.of("autoconfigure"));

	private static final Map<String, Integer> FLOORS = IntStream.range(0, HOUSE.size())
		.boxed()
		.flatMap((floor) -> HOUSE.get(floor).stream().map((room) -> Map.entry(room, floor)))
		.collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));

	private static final int TOP_OF_CORE = FLOORS.get("node");

	private static final int FILES_IN_A_PACKAGE = 40;

	private static final Set<String> API = Set.of("", "payload", "time", "transport", "cluster", "distribution",
			"process", "registry", "schedule", "supervisor", "micrometer");

	private static final Set<String> SPRING_IN_THE_CORE = Set.of("org.springframework.context.annotation.Scope",
			"org.springframework.context.annotation.ScopedProxyMode", "org.springframework.stereotype.Component",
			"org.springframework.beans.factory.annotation.Value",
			"org.springframework.beans.factory.annotation.Qualifier", "org.springframework.context.annotation.Bean",
			"org.springframework.context.annotation.Bean$Bootstrap", "org.springframework.core.annotation.AliasFor");

	private static final DescribedPredicate<JavaClass> core = DescribedPredicate.describe("classes of the core",
			(type) -> !type.getPackageName().equals(CBOR) && floor(type) <= TOP_OF_CORE);

	@ArchTest
	static final ArchRule packagesImportLowerFloorsOnly = ours()
		.should(new ArchCondition<>("import lower floors only") {

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				if (!FLOORS.containsKey(room(type))) {
					events
						.add(SimpleConditionEvent.violated(type, type.getName() + " is in a package without a floor"));
					return;
				}
				for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
					JavaClass target = dependency.getTargetClass().getBaseComponentType();
					if (inHorde(target) && !target.getPackageName().startsWith(CBOR) && !room(target).equals(room(type))
							&& floor(target) >= floor(type)) {
						events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription()));
					}
				}
			}

		});

	@ArchTest
	static final ArchRule onlyTheCodecKnowsTheRelocatedFormat = noClasses().that()
		.resideOutsideOfPackages("io.horde.payload.codec..", CBOR + "..")
		.should()
		.dependOnClassesThat()
		.resideInAPackage(CBOR + "..")
		.allowEmptyShould(true);

	@ArchTest
	static final ArchRule packagesHaveNoCycles = slices().matching("io.horde.(**)")
		.should()
		.beFreeOfCycles()
		.allowEmptyShould(true);

	@ArchTest
	static final ArchRule hazelcastLivesInOnePackage = noClasses().that()
		.resideOutsideOfPackage("io.horde.hazelcast..")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("com.hazelcast..")
		.allowEmptyShould(true);

	@ArchTest
	static final ArchRule micrometerLivesInOnePackage = noClasses().that()
		.resideOutsideOfPackage("io.horde.micrometer..")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("io.micrometer..")
		.allowEmptyShould(true);

	@ArchTest
	static final ArchRule coreUsesNoSpringButTheStereotype = noClasses().that(core)
		.should()
		.dependOnClassesThat(DescribedPredicate.describe("are Spring's beyond the stereotype annotations",
				(type) -> type.getPackageName().startsWith("org.springframework.")
						&& !type.getPackageName().startsWith("org.springframework.aot.hint.annotation")
						&& !SPRING_IN_THE_CORE.contains(type.getName())))
		.allowEmptyShould(true);

	@ArchTest
	static final ArchRule coreTakesTimeThreadsAndRandomnessFromOutside = noClasses().that(core)
		.and(DescribedPredicate.describe("are not the production event loop, nor watch it",
				(type) -> !isEventLoop(outermost(type))))
		.should()
		.callCodeUnitWhere(DescribedPredicate.describe("brings in time, threads or randomness",
				(call) -> isNondeterministic(call)))
		.orShould()
		.accessTargetWhere(
				DescribedPredicate.describe("refers to such a method", (access) -> isNondeterministic(access)))
		.allowEmptyShould(true);

	@ArchTest
	static final ArchRule autoConfigurationsArePublicAndFinal = classes().that()
		.areMetaAnnotatedWith(AutoConfiguration.class)
		.should()
		.bePublic()
		.andShould()
		.haveModifier(JavaModifier.FINAL)
		.allowEmptyShould(true);

	@ArchTest
	static final ArchRule autoConfigurationsHaveNoPublicMethods = methods().that()
		.areDeclaredInClassesThat()
		.areMetaAnnotatedWith(AutoConfiguration.class)
		.should()
		.notBePublic()
		.allowEmptyShould(true);

	@ArchTest
	static final ArchRule postProcessorBeansAreStatic = methods().that()
		.areAnnotatedWith(Bean.class)
		.and()
		.haveRawReturnType(JavaClass.Predicates.assignableTo(BeanPostProcessor.class)
			.or(JavaClass.Predicates.assignableTo(BeanFactoryPostProcessor.class)))
		.should()
		.beStatic()
		.allowEmptyShould(true);

	@ArchTest
	static final ArchRule beanMethodsHaveNoClassConditions = methods().that()
		.areAnnotatedWith(Bean.class)
		.should()
		.notBeAnnotatedWith(ConditionalOnClass.class)
		.andShould()
		.notBeAnnotatedWith(ConditionalOnMissingClass.class)
		.allowEmptyShould(true);

	@ArchTest
	static final ArchRule apiMentionsNoInternalType = ours()
		.and(DescribedPredicate.describe("are API", (type) -> isApi(type)))
		.should(new ArchCondition<>("mention no internal type in their signatures") {

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				Stream<String> header = Stream
					.concat(type.getSuperclass().stream(),
							Stream.concat(type.getInterfaces().stream(), type.getTypeParameters().stream()))
					.flatMap((mentioned) -> internals(mentioned, type.getName()));
				Stream<String> members = type.getMembers()
					.stream()
					.filter(ArchitectureTests::isVisible)
					.flatMap((member) -> mentioned(member)
						.flatMap((mentioned) -> internals(mentioned, member.getFullName())));
				Stream.concat(header, members)
					.distinct()
					.forEach((message) -> events.add(SimpleConditionEvent.violated(type, message)));
			}

		})
		.allowEmptyShould(true);

	@ArchTest
	static void apiPackagesHoldApiOnly(JavaClasses classes) {
		assertThat(topLevel(classes))
			.filteredOn((type) -> API.contains(room(type)) && type.isAnnotatedWith(Internal.class))
			.isEmpty();
	}

	@ArchTest
	static void packagesAreSmall(JavaClasses classes) {
		assertThat(topLevel(classes).collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting())))
			.allSatisfy((name, files) -> assertThat(files).as(name).isLessThanOrEqualTo(FILES_IN_A_PACKAGE));
	}

	@ArchTest
	static void simpleNamesStandOnce(JavaClasses classes) {
		assertThat(topLevel(classes).filter((type) -> !type.getSimpleName().equals("package-info"))
			.collect(Collectors.groupingBy(JavaClass::getSimpleName, Collectors.counting())))
			.allSatisfy((name, types) -> assertThat(types).as(name).isEqualTo(1));
	}

	@ArchTest
	static void packagesAreNullMarked(JavaClasses classes) {
		assertThat(packages(classes))
			.allSatisfy((name, declared) -> assertThat(declared.isAnnotatedWith(NullMarked.class))
				.as("package-info of %s carries @NullMarked", name)
				.isTrue());
	}

	@ArchTest
	static void allPackagesButTheApiAreInternal(JavaClasses classes) {
		assertThat(packages(classes))
			.allSatisfy((name, declared) -> assertThat(declared.isAnnotatedWith(Internal.class))
				.as("package-info of %s carries @Internal", name)
				.isEqualTo(!API.contains(room(name))));
	}

	private static GivenClassesConjunction ours() {
		return classes().that().resideOutsideOfPackage(CBOR + "..");
	}

	private static Stream<JavaClass> topLevel(JavaClasses classes) {
		return classes.stream().filter((type) -> type.isTopLevelClass() && !type.getPackageName().startsWith(CBOR));
	}

	private static Map<String, JavaPackage> packages(JavaClasses classes) {
		return classes.stream()
			.map(JavaClass::getPackage)
			.filter((declared) -> !declared.getName().startsWith(CBOR))
			.collect(Collectors.toMap(JavaPackage::getName, (declared) -> declared, (first, second) -> first));
	}

	private static boolean inHorde(JavaClass type) {
		return type.getPackageName().equals(BASE) || type.getPackageName().startsWith(BASE + ".");
	}

	private static String room(JavaClass type) {
		return room(type.getPackageName());
	}

	private static String room(String packageName) {
		return packageName.equals(BASE) ? "" : packageName.substring(BASE.length() + 1);
	}

	private static int floor(JavaClass type) {
		return FLOORS.getOrDefault(room(type), Integer.MAX_VALUE);
	}

	private static JavaClass outermost(JavaClass type) {
		return type.getEnclosingClass().map(ArchitectureTests::outermost).orElse(type);
	}

	private static boolean isEventLoop(JavaClass type) {
		return room(type).equals("node")
				&& (type.isAssignableTo(EventLoop.class) || type.isEquivalentTo(LoopWatch.class));
	}

	private static boolean isNondeterministic(JavaAccess<?> access) {
		JavaClass owner = access.getTargetOwner();
		String name = access.getTarget().getName();
		if (owner.isEquivalentTo(System.class)) {
			return Set.of("nanoTime", "currentTimeMillis").contains(name);
		}
		if (owner.isAssignableTo(Thread.class)) {
			return Set.of("<init>", "sleep", "startVirtualThread", "ofVirtual", "ofPlatform").contains(name);
		}
		if (owner.isEquivalentTo(Random.class)) {
			return name.equals("<init>") && access.getTarget() instanceof CodeUnitAccessTarget constructor
					&& constructor.getRawParameterTypes().isEmpty();
		}
		if (owner.isEquivalentTo(CompletableFuture.class)) {
			return Set.of("orTimeout", "completeOnTimeout", "delayedExecutor").contains(name);
		}
		if (owner.getPackageName().equals("java.time")) {
			return name.equals("now") || name.startsWith("system");
		}
		return owner.isEquivalentTo(Executors.class) || owner.isEquivalentTo(ThreadLocalRandom.class)
				|| (owner.isEquivalentTo(Math.class) && name.equals("random"))
				|| (owner.isEquivalentTo(UUID.class) && name.equals("randomUUID"));
	}

	static boolean isApi(JavaClass type) {
		return API.contains(room(type)) && type.getModifiers().contains(JavaModifier.PUBLIC)
				&& type.getEnclosingClass().map(ArchitectureTests::isApi).orElse(true);
	}

	private static boolean isVisible(JavaMember member) {
		return member.getModifiers().contains(JavaModifier.PUBLIC)
				|| member.getModifiers().contains(JavaModifier.PROTECTED);
	}

	private static Stream<JavaType> mentioned(JavaMember member) {
		if (member instanceof JavaCodeUnit unit) {
			return Stream
				.of(Stream.of(unit.getReturnType()), unit.getParameterTypes().stream(),
						unit.getTypeParameters().stream(), unit.getExceptionTypes().stream())
				.flatMap((types) -> types);
		}
		return (member instanceof JavaField field) ? Stream.of(field.getType()) : Stream.empty();
	}

	private static Stream<String> internals(JavaType mentioned, String where) {
		return mentioned.getAllInvolvedRawTypes()
			.stream()
			.filter(ArchitectureTests::isInternal)
			.map((type) -> where + " mentions the internal type " + type.getName());
	}

	private static boolean isInternal(JavaClass type) {
		return inHorde(type) && !API.contains(room(type));
	}

}
