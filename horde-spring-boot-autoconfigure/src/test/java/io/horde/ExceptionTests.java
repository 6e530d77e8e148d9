package io.horde;

import io.horde.cluster.DuplicateNodeNameException;
import io.horde.payload.PayloadException;
import io.horde.payload.PayloadTooLargeException;
import io.horde.process.ProcessDefinitionException;
import io.horde.transport.TransportException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests of what exceptions tell to who catches them.
 */
class ExceptionTests {

	@Test
	void allHaveOneRoot() {
		assertThat(new PayloadTooLargeException("the argument", 2, 1)).isInstanceOf(PayloadException.class)
			.isInstanceOf(HordeException.class);
	}

	@Test
	void tooLargePayloadTellsSizeAndLimit() {
		PayloadTooLargeException ex = new PayloadTooLargeException("the argument of child 'x'", 2048, 1024);
		assertThat(ex.size()).isEqualTo(2048);
		assertThat(ex.limit()).isEqualTo(1024);
		assertThat(ex).hasMessageContaining("the argument of child 'x'")
			.hasMessageContaining("horde.transport.max-payload-size");
	}

	@Test
	void duplicateNodeNameTellsTheName() {
		assertThat(new DuplicateNodeNameException("n1", "taken").nodeName()).isEqualTo("n1");
	}

	@Test
	void transportTellsTheAddress() {
		assertThat(new TransportException("127.0.0.1:7420", "taken", null).address()).isEqualTo("127.0.0.1:7420");
	}

	@Test
	void startupMistakeTellsWhatIsWrongAndWhatToDo() {
		StartupMistakeException ex = new StartupMistakeException("It is wrong.", "Make it right.");
		assertThat(ex.description()).isEqualTo("It is wrong.");
		assertThat(ex.action()).isEqualTo("Make it right.");
		assertThat(ex).hasMessage("It is wrong. Make it right.");
	}

	@Test
	void processDefinitionTellsTheBeanTheProblemAndTheRemedy() {
		ProcessDefinitionException ex = new ProcessDefinitionException("room", "is wrong", "Make it right.");
		assertThat(ex.beanName()).isEqualTo("room");
		assertThat(ex.problem()).isEqualTo("Process 'room' is wrong.");
		assertThat(ex.remedy()).isEqualTo("Make it right.");
		assertThat(ex).hasMessage("Process 'room' is wrong. Make it right.");
	}

}
