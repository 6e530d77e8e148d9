package io.horde.supervisor.engine;

import java.time.Duration;
import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.horde.supervisor.TestCluster;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SupersededCopies}.
 */
class SupersededCopiesTests {

	private final Logger logger = (Logger) LoggerFactory.getLogger(SupersededCopies.class);

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	@BeforeEach
	void listen() {
		this.log.start();
		this.logger.setLevel(Level.INFO);
		this.logger.addAppender(this.log);
	}

	@AfterEach
	void stopListening() {
		this.logger.detachAppender(this.log);
		this.logger.setLevel(null);
	}

	@Test
	void aNodeThatComesBackFromAPauseTellsOnceHowManyCopiesItHasLost() {
		TestCluster cluster = new TestCluster(1).with("n1", "n2", "n3");
		cluster.startChildren("n1", 100);
		int lost = (int) cluster.living().stream().filter((run) -> run.node.name.equals("n2")).count();
		cluster.node("n2").loop.pause();
		cluster.simulation.run(Duration.ofSeconds(10));
		cluster.node("n2").loop.resume();
		cluster.awaitRest(100);
		cluster.simulation.run(Duration.ofSeconds(5));
		assertThat(lost).isPositive();
		assertThat(lines()).singleElement()
			.asString()
			.startsWith(
					lost + " processes were taken over while node 'n2' was not heard; their copies here were stopped")
			.contains("n1=", "n3=");
		assertThat(this.log.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.INFO);
	}

	@Test
	void nothingIsToldWhereNothingIsLost() {
		TestCluster cluster = new TestCluster(2).with("n1", "n2", "n3");
		cluster.startChildren("n1", 100);
		cluster.crash("n2");
		cluster.awaitRest(100);
		cluster.get(cluster.supervisor("n3").leave());
		cluster.simulation.run(Duration.ofSeconds(5));
		assertThat(lines()).isEmpty();
	}

	private List<String> lines() {
		return this.log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
	}

}
