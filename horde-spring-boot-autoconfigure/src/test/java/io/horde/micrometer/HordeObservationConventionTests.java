package io.horde.micrometer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.horde.registry.CallInterceptor.CallInfo;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation;
import io.micrometer.observation.transport.Kind;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HordeObservationConvention} and the contexts that it names.
 */
class HordeObservationConventionTests {

	private static final CallInfo CALL = new CallInfo("RoomApi", "enter", "lobby", false);

	private static final CallInfo ONE_WAY = new CallInfo("RoomApi", "knock", "lobby", true);

	private final Map<String, String> headers = new HashMap<>();

	private final HordeObservationConvention convention = new HordeObservationConvention();

	@Test
	void callIsObservedAtBothEnds() {
		for (Observation.Context context : List.of(new HordeCallContext(CALL, this.headers),
				new HordeExecutionContext(CALL, this.headers))) {
			assertThat(this.convention.supportsContext(context)).isTrue();
			assertThat(this.convention.getContextualName(context)).isEqualTo("RoomApi#enter");
			assertThat(this.convention.getLowCardinalityKeyValues(context))
				.containsExactly(KeyValue.of("api", "RoomApi"), KeyValue.of("method", "enter"));
			assertThat(this.convention.getHighCardinalityKeyValues(context))
				.containsExactly(KeyValue.of("horde.name", "lobby"));
		}
	}

	@Test
	void otherObservationsAreLeftAlone() {
		Observation.Context context = new Observation.Context();
		assertThat(this.convention.supportsContext(context)).isFalse();
		assertThat(this.convention.getContextualName(context)).isNull();
		assertThat(this.convention.getLowCardinalityKeyValues(context)).isEmpty();
		assertThat(this.convention.getHighCardinalityKeyValues(context)).isEmpty();
	}

	@Test
	void nameIsThatOfTheObservation() {
		assertThat(this.convention.getName()).isNull();
		assertThat(HordeObservation.CALL.getName()).isEqualTo("horde.calls");
		assertThat(HordeObservation.EXECUTION.getName()).isEqualTo("horde.executions");
	}

	@Test
	void documentedKeysAreThoseThatAreGiven() {
		for (HordeObservation observation : HordeObservation.values()) {
			assertThat(observation.getDefaultConvention()).isEqualTo(HordeObservationConvention.class);
			assertThat(observation.getLowCardinalityKeyNames()).extracting(KeyName::asString)
				.containsExactly("api", "method");
			assertThat(observation.getHighCardinalityKeyNames()).extracting(KeyName::asString)
				.containsExactly("horde.name");
		}
		assertThat(HordeObservation.LowCardinality.METHOD.asString()).isEqualTo("method");
		assertThat(HordeObservation.HighCardinality.NAME.asString()).isEqualTo("horde.name");
	}

	@Test
	void applicationAddsKeysOfItsOwn() {
		HordeObservationConvention own = new HordeObservationConvention() {

			@Override
			public KeyValues getLowCardinalityKeyValues(Observation.Context context) {
				CallInfo call = call(context);
				return super.getLowCardinalityKeyValues(context).and("one.way",
						(call != null) ? String.valueOf(call.oneWay()) : "none");
			}

		};
		assertThat(own.getLowCardinalityKeyValues(new HordeCallContext(ONE_WAY, this.headers)))
			.contains(KeyValue.of("one.way", "true"));
		assertThat(own.getLowCardinalityKeyValues(new Observation.Context())).contains(KeyValue.of("one.way", "none"));
	}

	@Test
	void whatTheCallerSetsTravels() {
		HordeCallContext call = new HordeCallContext(CALL, this.headers);
		call.getSetter().set(call.getCarrier(), "trace", "42");
		HordeExecutionContext execution = new HordeExecutionContext(CALL, this.headers);
		assertThat(execution.getGetter().get(this.headers, "trace")).isEqualTo("42");
		assertThat(call.call()).isEqualTo(execution.call()).isEqualTo(CALL);
	}

	@Test
	void callsThatNobodyWaitsForAreMessages() {
		assertThat(new HordeCallContext(CALL, this.headers).getKind()).isEqualTo(Kind.CLIENT);
		assertThat(new HordeExecutionContext(CALL, this.headers).getKind()).isEqualTo(Kind.SERVER);
		assertThat(new HordeCallContext(ONE_WAY, this.headers).getKind()).isEqualTo(Kind.PRODUCER);
		assertThat(new HordeExecutionContext(ONE_WAY, this.headers).getKind()).isEqualTo(Kind.CONSUMER);
	}

}
