package io.horde.micrometer;

import io.micrometer.common.docs.KeyName;
import io.micrometer.observation.Observation.Context;
import io.micrometer.observation.ObservationConvention;
import io.micrometer.observation.docs.ObservationDocumentation;

/**
 * What Horde lets be observed.
 */
public enum HordeObservation implements ObservationDocumentation {

	/**
	 * A call by name, from its begin to its end at the caller.
	 */
	CALL("horde.calls"),

	/**
	 * A call by name, while the process runs it.
	 */
	EXECUTION("horde.executions");

	private final String observationName;

	HordeObservation(String observationName) {
		this.observationName = observationName;
	}

	@Override
	public String getName() {
		return this.observationName;
	}

	@Override
	public Class<? extends ObservationConvention<? extends Context>> getDefaultConvention() {
		return HordeObservationConvention.class;
	}

	@Override
	public KeyName[] getLowCardinalityKeyNames() {
		return LowCardinality.values();
	}

	@Override
	public KeyName[] getHighCardinalityKeyNames() {
		return HighCardinality.values();
	}

	/**
	 * Keys with few values, which are tags of meters too.
	 */
	public enum LowCardinality implements KeyName {

		/**
		 * Simple name of the interface that is called.
		 */
		API("api"),

		/**
		 * Name of the method that is called.
		 */
		METHOD("method");

		private final String key;

		LowCardinality(String key) {
			this.key = key;
		}

		@Override
		public String asString() {
			return this.key;
		}

	}

	/**
	 * Keys with many values, for traces only.
	 */
	public enum HighCardinality implements KeyName {

		/**
		 * The name that is called.
		 */
		NAME;

		@Override
		public String asString() {
			return "horde.name";
		}

	}

}
