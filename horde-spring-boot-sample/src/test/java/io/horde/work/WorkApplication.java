package io.horde.work;

import java.time.Duration;

import io.horde.process.HordeProcess;
import io.horde.process.ProcessContext;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * An application whose processes work all the time, in each of the ways in which code of
 * a process can run, with and without quorum. It stands in a package of its own, so that
 * the sample, which looks for components in its packages, does not find it.
 */
@SpringBootApplication
@EnableScheduling
@RestController
public class WorkApplication {

	static final int INSTANCES = 3;

	private static final Duration SHORT = Duration.ofMillis(200);

	private final SpanRecorder recorder;

	private final Duration shortest;

	private final Duration longest;

	WorkApplication(SpanRecorder recorder, @Value("${work.shortest}") Duration shortest,
			@Value("${work.longest}") Duration longest) {
		this.recorder = recorder;
		this.shortest = shortest;
		this.longest = longest;
	}

	public static void main(String[] args) {
		SpringApplication.run(WorkApplication.class, args);
	}

	@GetMapping("/clock")
	String clock() {
		return String.valueOf(System.nanoTime());
	}

	@Bean
	@HordeProcess(instances = INSTANCES, distribution = "uniform")
	TickedWork uniformTick(ProcessContext process) {
		return new TickedWork(longWork(process));
	}

	@Bean
	@HordeProcess(instances = INSTANCES, distribution = "quorum")
	TickedWork quorumTick(ProcessContext process) {
		return new TickedWork(longWork(process));
	}

	@Bean
	@HordeProcess(instances = INSTANCES, distribution = "uniform")
	CalledWork uniformCall(ProcessContext process) {
		return new CalledWork(longWork(process));
	}

	@Bean
	@HordeProcess(instances = INSTANCES, distribution = "quorum")
	CalledWork quorumCall(ProcessContext process) {
		return new CalledWork(longWork(process));
	}

	@Bean
	@HordeProcess(instances = INSTANCES, distribution = "uniform")
	TaskWork uniformTask(ProcessContext process) {
		return new TaskWork(longWork(process));
	}

	@Bean
	@HordeProcess(instances = INSTANCES, distribution = "quorum")
	TaskWork quorumTask(ProcessContext process) {
		return new TaskWork(longWork(process));
	}

	@Bean
	@HordeProcess(instances = INSTANCES, distribution = "uniform")
	LoopWork uniformLoop(ProcessContext process) {
		return new LoopWork(longWork(process));
	}

	@Bean
	@HordeProcess(instances = INSTANCES, distribution = "quorum")
	LoopWork quorumLoop(ProcessContext process) {
		return new LoopWork(longWork(process));
	}

	@Bean
	@HordeProcess(instances = INSTANCES, distribution = "uniform")
	CronWork uniformCron(ProcessContext process) {
		return new CronWork(shortWork(process));
	}

	@Bean
	@HordeProcess(instances = INSTANCES, distribution = "quorum")
	CronWork quorumCron(ProcessContext process) {
		return new CronWork(shortWork(process));
	}

	private Work longWork(ProcessContext process) {
		return new Work(process, this.recorder, this.shortest, this.longest);
	}

	private Work shortWork(ProcessContext process) {
		return new Work(process, this.recorder, SHORT, SHORT);
	}

}
