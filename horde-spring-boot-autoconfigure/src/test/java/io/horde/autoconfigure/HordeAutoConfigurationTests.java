package io.horde.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

import io.horde.cluster.HordeCluster;
import io.horde.cluster.MemberSource;
import io.horde.cluster.MemberStatus;
import io.horde.discovery.DiscoveryMemberSource;
import io.horde.discovery.StaticMemberSource;
import io.horde.distribution.DistributionStrategy;
import io.horde.payload.PayloadCodec;
import io.horde.payload.codec.CborPayloadCodec;
import io.horde.registry.ConflictResolver;
import io.horde.registry.HordeRegistry;
import io.horde.schedule.HordeSchedules;
import io.horde.schedule.ScheduleListing;
import io.horde.supervisor.HordeSupervisor;
import io.horde.transport.Transport;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.cloud.client.discovery.DiscoveryClient;
import org.springframework.cloud.client.discovery.simple.SimpleDiscoveryClient;
import org.springframework.cloud.client.discovery.simple.SimpleDiscoveryProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link HordeAutoConfiguration}.
 */
class HordeAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(HordeScopeAutoConfiguration.class, HordeAutoConfiguration.class))
		.withBean(Transport.class, SilentTransport::new);

	@Test
	void applicationWithoutSettingsIsClusterOfOneNodeAtOnce() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(HordeSupervisor.class)
				.hasSingleBean(HordeRegistry.class)
				.hasSingleBean(HordeSchedules.class);
			assertThat(context.getBean(HordeSchedules.class).list()).succeedsWithin(Duration.ofSeconds(10))
				.isEqualTo(new ScheduleListing(List.of(), List.of()));
			assertThat(context.getBean(HordeCluster.class).self().status()).isEqualTo(MemberStatus.UP);
		});
	}

	@Test
	void disabledHordeAddsNoFacade() {
		this.runner.withPropertyValues("horde.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(HordeCluster.class)
				.doesNotHaveBean(HordeSupervisor.class)
				.doesNotHaveBean(HordeRegistry.class)
				.doesNotHaveBean(HordeSchedules.class));
	}

	@Test
	void whatTheApplicationBringsReplacesDefaults() {
		this.runner.withUserConfiguration(OwnParts.class).run((context) -> {
			assertThat(context).hasSingleBean(DistributionStrategy.class)
				.hasSingleBean(ConflictResolver.class)
				.hasSingleBean(MemberSource.class)
				.hasSingleBean(PayloadCodec.class);
			assertThat(context.getBean(Strategies.class).apply(""))
				.isSameAs(context.getBean(DistributionStrategy.class));
		});
	}

	@Test
	void facadesBackOffByName() {
		HordeCluster own = mock(HordeCluster.class);
		this.runner.withBean("hordeCluster", HordeCluster.class, () -> own)
			.run((context) -> assertThat(context.getBean(HordeCluster.class)).isSameAs(own));
	}

	@Test
	void listedMembersReplaceDiscovery() {
		this.runner.withBean(DiscoveryClient.class, () -> mock(DiscoveryClient.class))
			.withPropertyValues("horde.cluster.members=127.0.0.1:7420", "spring.application.name=shop")
			.run((context) -> assertThat(context.getBean(MemberSource.class)).isInstanceOf(StaticMemberSource.class));
	}

	@Test
	void membersAreFoundByDiscoveryClientUnderTheApplicationName() {
		this.runner.withBean(DiscoveryClient.class, () -> new SimpleDiscoveryClient(new SimpleDiscoveryProperties()))
			.withPropertyValues("spring.application.name=shop")
			.run((context) -> {
				MemberSource source = context.getBean(MemberSource.class);
				assertThat(source).isInstanceOf(DiscoveryMemberSource.class);
				assertThat(source.description()).contains("'shop'");
				assertThat(source.expectsOthers()).isFalse();
			});
	}

	@Test
	void registryThatIsUsedTooEarlySaysWhatToDo() {
		this.runner.withUserConfiguration(TooEarly.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("is not running")
				.hasMessageContaining("ApplicationReadyEvent"));
	}

	@Test
	void lookupAllocatesNothing() {
		this.runner.run((context) -> {
			HordeRegistry registry = context.getBean(HordeRegistry.class);
			registry.register("name", null);
			com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory
				.getThreadMXBean();
			for (int i = 0; i < 20_000; i++) {
				registry.lookup("name");
			}
			long before = threads.getCurrentThreadAllocatedBytes();
			for (int i = 0; i < 10_000; i++) {
				registry.lookup("name");
			}
			assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnParts {

		@Bean
		DistributionStrategy ownStrategy() {
			return (request, view) -> Optional.empty();
		}

		@Bean
		ConflictResolver ownResolver() {
			return (earlier, later) -> earlier;
		}

		@Bean
		MemberSource ownSource() {
			return new StaticMemberSource(List.of());
		}

		@Bean
		PayloadCodec ownCodec() {
			return new CborPayloadCodec();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TooEarly {

		@Bean
		String tooEarly(HordeRegistry registry) {
			return registry.lookup("name").toString();
		}

	}

}
