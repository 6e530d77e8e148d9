package io.horde.hazelcast.gate;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Refusals}.
 */
class RefusalsTests {

	private static final Logger logger = (Logger) LoggerFactory.getLogger(Refusals.class);

	private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

	private long now = Long.MAX_VALUE - 5;

	private final Refusals refusals = new Refusals(() -> this.now);

	@BeforeEach
	void listen() {
		this.appender.start();
		logger.addAppender(this.appender);
	}

	@AfterEach
	void listenNoMore() {
		logger.detachAppender(this.appender);
	}

	@Test
	void allAreCounted() {
		IntStream.range(0, 1000).parallel().forEach((i) -> this.refusals.refused(GateRefusal.TLS, null));
		this.refusals.refused(GateRefusal.SECRET, InetAddress.getLoopbackAddress());
		assertThat(this.refusals.count(GateRefusal.TLS).sum()).isEqualTo(1000);
		assertThat(this.refusals.count(GateRefusal.SECRET).sum()).isEqualTo(1);
		assertThat(this.refusals.count(GateRefusal.CLUSTER).sum()).isZero();
	}

	@Test
	void oneWarningAMinuteTellsOfThemAll() {
		InetAddress source = InetAddress.getLoopbackAddress();
		for (int i = 0; i < 100; i++) {
			this.refusals.refused(GateRefusal.NOT_HORDE, source);
		}
		this.now += TimeUnit.SECONDS.toNanos(59);
		this.refusals.refused(GateRefusal.SECRET, source);
		assertThat(warnings()).singleElement()
			.asString()
			.contains("127.0.0.1", "1 because " + GateRefusal.NOT_HORDE.explanation())
			.doesNotContain(GateRefusal.SECRET.explanation());
		this.now += TimeUnit.SECONDS.toNanos(1);
		this.refusals.refused(GateRefusal.SECRET, null);
		assertThat(warnings()).hasSize(2)
			.last()
			.asString()
			.contains("a peer", "99 because " + GateRefusal.NOT_HORDE.explanation(),
					"2 because " + GateRefusal.SECRET.explanation());
		this.now += TimeUnit.MINUTES.toNanos(1);
		this.refusals.refused(GateRefusal.TLS, null);
		assertThat(warnings()).hasSize(3)
			.last()
			.asString()
			.contains("1 because " + GateRefusal.TLS.explanation())
			.doesNotContain(GateRefusal.SECRET.explanation(), GateRefusal.NOT_HORDE.explanation());
	}

	@Test
	void whoHangsUpHimselfIsCountedButNotTold() {
		this.refusals.refused(GateRefusal.HUNG_UP, InetAddress.getLoopbackAddress());
		assertThat(this.refusals.count(GateRefusal.HUNG_UP).sum()).isEqualTo(1);
		assertThat(warnings()).isEmpty();
		this.refusals.refused(GateRefusal.TLS, null);
		assertThat(warnings()).singleElement().asString().doesNotContain(GateRefusal.HUNG_UP.explanation());
	}

	private List<String> warnings() {
		assertThat(this.appender.list).allMatch((event) -> event.getLevel() == Level.WARN);
		return this.appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
	}

}
