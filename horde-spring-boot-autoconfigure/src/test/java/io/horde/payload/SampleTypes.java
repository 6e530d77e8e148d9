package io.horde.payload;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;

/**
 * Types of values as applications have them.
 */
public final class SampleTypes {

	private SampleTypes() {
	}

	public record Order(@Nullable UUID id, String text, BigDecimal price, Optional<String> note,
			Map<String, Integer> lines) {

	}

	public record Page<T>(List<T> items, @Nullable T first, int number) {

	}

	public record Tree(String name, List<Tree> children) {

	}

	public record Empty() {

	}

	public enum Op {

		ADD {

			@Override
			public int apply(int left, int right) {
				return left + right;
			}

		},

		SUBTRACT {

			@Override
			public int apply(int left, int right) {
				return left - right;
			}

		};

		public abstract int apply(int left, int right);

	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	@JsonSubTypes({ @JsonSubTypes.Type(Circle.class), @JsonSubTypes.Type(Square.class) })
	public sealed interface Shape permits Circle, Square {

	}

	public record Circle(int radius) implements Shape {

	}

	public record Square(int side) implements Shape {

	}

	/**
	 * With setters and a second constructor, as compiled with {@code -parameters}.
	 */
	public static class Bean {

		private String name = "";

		private int number;

		public Bean() {
		}

		public Bean(String name, int number) {
			this.name = name;
			this.number = number;
		}

		public String getName() {
			return this.name;
		}

		public void setName(String name) {
			this.name = name;
		}

		public int getNumber() {
			return this.number;
		}

		public void setNumber(int number) {
			this.number = number;
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof Bean that && this.name.equals(that.name) && this.number == that.number;
		}

		@Override
		public int hashCode() {
			return this.name.hashCode();
		}

	}

}
