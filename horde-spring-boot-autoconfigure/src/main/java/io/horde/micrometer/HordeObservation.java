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
	CALL {

		@Override
		public String getName() {
			return "horde.calls";
		}

		@Override
		public Class<? extends ObservationConvention<? extends Context>> getDefaultConvention() {
			return HordeObservationConvention.class;
		}

	},

	/**
	 * A call by name, while the process runs it.
	 */
	EXECUTION {

		@Override
		public String getName() {
			return "horde.executions";
		}

		@Override
		public Class<? extends ObservationConvention<? extends Context>> getDefaultConvention() {
			return HordeObservationConvention.class;
		}

	};

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
		API {

			@Override
			public String asString() {
				return "api";
			}

		},

		/**
		 * Name of the method that is called.
		 */
		METHOD {

			@Override
			public String asString() {
				return "method";
			}

		}

	}

	/**
	 * Keys with many values, for traces only.
	 */
	public enum HighCardinality implements KeyName {

		/**
		 * The name that is called.
		 */
		NAME {

			@Override
			public String asString() {
				return "horde.name";
			}

		}

	}

}
