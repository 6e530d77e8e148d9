package io.horde.hazelcast;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.hazelcast.cluster.ClusterState;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.DefaultOutOfMemoryHandler;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import io.horde.transport.Channels;
import io.horde.transport.Link;
import io.horde.transport.Transport.ProbeResult;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The Hazelcast member of a transport is gone, whoever has ended it.
 */
class LostMemberTests {

	private TestNode a;

	private TestNode b;

	@BeforeEach
	void start() {
		this.a = TestNode.start("lost-a");
		this.b = TestNode.start("lost-b");
	}

	@AfterEach
	void stop() {
		this.a.close();
		this.b.close();
		assertThat(member("lost-a")).isEmpty();
	}

	static Stream<Named<Consumer<HazelcastInstance>>> ends() {
		return Stream.of(Named.of("out of memory", LostMemberTests::outOfMemory),
				Named.of("shut down", HazelcastInstance::shutdown),
				Named.of("terminated", (member) -> member.getLifecycleService().terminate()),
				Named.of("passive", (member) -> member.getCluster().changeClusterState(ClusterState.PASSIVE)));
	}

	@ParameterizedTest
	@MethodSource("ends")
	void linksComeUpAgainWithAnotherMember(Consumer<HazelcastInstance> end) {
		this.a.dial(this.b.address());
		Link before = this.a.linkTo(this.b.address());
		this.b.linkTo(this.a.address());
		String address = this.a.address();
		end.accept(member("lost-a").get(0));
		await(() -> !before.isUp());
		await(() -> this.a.transport().counters().restarts().sum() == 1
				&& this.a.handler().link(this.b.address()) != null);
		assertThat(this.a.address()).isEqualTo(address);
		assertThat(member("lost-a")).hasSize(1);
		this.a.send(this.a.linkTo(this.b.address()), Channels.REPLICATION, TestNode.bytes("hello"));
		await(() -> this.b.handler().frames(Channels.REPLICATION).size() == 1);
		this.b.send(this.b.linkTo(address), Channels.REPLICATION, TestNode.bytes("hello"));
		await(() -> this.a.handler().frames(Channels.REPLICATION).size() == 1);
		assertNoViolation();
	}

	@Test
	void linkThatOnlyThePeerDialsComesUpAgain() {
		this.b.dial(this.a.address());
		Link before = this.a.linkTo(this.b.address());
		member("lost-a").get(0).shutdown();
		await(() -> !before.isUp() && this.a.handler().link(this.b.address()) != null);
		assertNoViolation();
	}

	@Test
	void whatIsAskedMeanwhileIsDoneAfterwards() {
		member("lost-a").get(0).shutdown();
		await(() -> this.a.transport().counters().restarts().sum() == 1);
		this.a.dial(this.b.address());
		this.a.dial("127.0.0.1:1");
		this.a.hangUp("127.0.0.1:1");
		ProbeResult[] result = new ProbeResult[1];
		this.a.run(() -> this.a.transport().probe(this.b.address(), (answer) -> result[0] = answer));
		this.a.linkTo(this.b.address());
		await(() -> result[0] != null);
		assertNoViolation();
	}

	@Test
	void handlerIsToldWhenThereCanBeNoOtherMember() {
		this.a.dial(this.b.address());
		this.a.linkTo(this.b.address());
		await(() -> {
			member("lost-a").forEach((member) -> member.getLifecycleService().terminate());
			return !this.a.handler().ends().isEmpty();
		});
		assertThat(this.a.handler().ends()).singleElement().asString().contains("can't be started again");
		this.a.dial("127.0.0.1:1");
		this.a.hangUp(this.b.address());
		assertNoViolation();
	}

	private static void outOfMemory(HazelcastInstance member) {
		new DefaultOutOfMemoryHandler().onOutOfMemory(new OutOfMemoryError("Java heap space"),
				new HazelcastInstance[] { ((HazelcastInstanceProxy) member).getOriginal() });
	}

	private void assertNoViolation() {
		assertThat(this.a.handler().violations()).isEmpty();
		assertThat(this.b.handler().violations()).isEmpty();
	}

	private static List<HazelcastInstance> member(String node) {
		return Hazelcast.getAllHazelcastInstances()
			.stream()
			.filter((instance) -> instance.getName().startsWith("horde-" + node + "-"))
			.toList();
	}

	private static void await(Callable<Boolean> condition) {
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(condition);
	}

}
