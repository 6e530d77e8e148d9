package io.horde.registry;

import io.horde.HordeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link NameQuery}.
 */
class NameQueryTests {

	private static final NameEntry ENTRY = new Entry("room-1", new Owner("a", "p"), 7);

	private static final NameEntry OF_NODE = new Entry("room-2", new Owner("b", null), "text");

	@Test
	void allNamesMatchAQueryWithoutConditions() {
		assertThat(NameQuery.all()).matches((query) -> query.matches(ENTRY))
			.matches((query) -> query.matches(OF_NODE))
			.matches((query) -> query.exactName() == null)
			.matches((query) -> query.limit() == Long.MAX_VALUE);
	}

	@Test
	void oneNameIsExact() {
		assertThat(NameQuery.name("room-1").exactName()).isEqualTo("room-1");
		assertThat(NameQuery.name("room-1").matches(ENTRY)).isTrue();
		assertThat(NameQuery.name("room-1").matches(OF_NODE)).isFalse();
	}

	@Test
	void aPrefixIsNoExactName() {
		assertThat(NameQuery.prefix("room-").exactName()).isNull();
		assertThat(NameQuery.prefix("room-").matches(OF_NODE)).isTrue();
		assertThat(NameQuery.prefix("hall-").matches(OF_NODE)).isFalse();
	}

	@Test
	void anOwnerIsAProcess() {
		assertThat(NameQuery.all().owner("p").matches(ENTRY)).isTrue();
		assertThat(NameQuery.all().owner("q").matches(ENTRY)).isFalse();
		assertThat(NameQuery.all().owner("b").matches(OF_NODE)).isFalse();
	}

	@Test
	void aNodeIsThatOfTheOwner() {
		assertThat(NameQuery.all().node("a").matches(ENTRY)).isTrue();
		assertThat(NameQuery.all().node("a").matches(OF_NODE)).isFalse();
		assertThat(ENTRY.owner().node()).isEqualTo("a");
	}

	@Test
	void allConditionsOnTheValueMustHold() {
		NameQuery query = NameQuery.all().value(Integer.class, (value) -> value > 5);
		assertThat(query.matches(ENTRY)).isTrue();
		assertThat(query.value(Integer.class, (value) -> value > 6).matches(ENTRY)).isTrue();
		assertThat(query.value(Integer.class, (value) -> value > 7).matches(ENTRY)).isFalse();
		assertThat(query.matches(OF_NODE)).isFalse();
	}

	@Test
	void aLimitDoesNotConcernWhatMatches() {
		NameQuery query = NameQuery.name("room-1").limit(0);
		assertThat(query.limit()).isZero();
		assertThat(query.matches(ENTRY)).isTrue();
		assertThat(query.node("a").limit()).isZero();
		assertThatIllegalArgumentException().isThrownBy(() -> NameQuery.all().limit(-1));
	}

	private record Entry(String name, Owner owner, Object stored) implements NameEntry {

		@Override
		public String node() {
			return this.owner.node();
		}

		@Override
		public <V> @Nullable V value(Class<V> type) {
			if (!type.isInstance(this.stored)) {
				throw new HordeException("no " + type);
			}
			return type.cast(this.stored);
		}

	}

}
