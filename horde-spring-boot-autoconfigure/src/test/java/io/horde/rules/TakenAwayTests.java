package io.horde.rules;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link TakenAway}.
 */
class TakenAwayTests {

	@Test
	void methodIsReplacedUntilTheRuleIsKeptAgain() {
		Subject subject = new Subject();
		assertThat(subject.number(1)).isEqualTo(2);
		try (TakenAway taken = TakenAway.with(Replacement.returning(Subject.class, "isKept", false),
				Replacement.of(Subject.class, "count", (self, arguments) -> null),
				Replacement.after(Subject.class, "name", (self, arguments, result) -> result + "!"))) {
			assertThat(subject.number(1)).isEqualTo(-1);
			subject.count();
			assertThat(subject.counted).isZero();
			assertThat(Subject.name("a")).isEqualTo("a!");
		}
		assertThat(subject.number(1)).isEqualTo(2);
		subject.count();
		assertThat(subject.counted).isEqualTo(1);
		assertThat(Subject.name("a")).isEqualTo("a");
	}

	@Test
	void replacementMayLetTheMethodDoWhatItDoes() {
		Subject subject = new Subject();
		try (TakenAway taken = TakenAway.with(Replacement.of(Subject.class, "number",
				(self, arguments) -> (((Integer) arguments[0]) > 1) ? Replacement.OWN_BODY : 0))) {
			assertThat(subject.number(1)).isZero();
			assertThat(subject.number(2)).isEqualTo(3);
		}
	}

	@Test
	void methodThatIsNotThereCanNotBeReplaced() {
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> Replacement.returning(Subject.class, "nothing", true));
	}

	@Test
	void oneRuleIsTakenAwayAtATime() {
		Replacement replacement = Replacement.returning(Subject.class, "isKept", false);
		try (TakenAway taken = TakenAway.with(replacement)) {
			assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> TakenAway.with(replacement));
		}
	}

	static final class Subject {

		private int counted;

		private boolean isKept() {
			return true;
		}

		int number(int value) {
			return isKept() ? value + 1 : -value;
		}

		void count() {
			this.counted++;
		}

		static String name(String name) {
			return name;
		}

	}

}
