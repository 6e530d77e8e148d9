package io.horde.autoconfigure;

import java.util.Arrays;
import java.util.stream.Collectors;

import com.google.gson.Gson;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;

/**
 * An application that knows nothing of Horde, run in a JVM of its own with one class path
 * or another.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ WebApplication.Controller.class, WebApplication.GsonConfiguration.class })
class WebApplication {

	static final String LISTENING = "listening on ";

	public static void main(String[] args) {
		SpringApplication.run(WebApplication.class, args);
	}

	@EventListener
	void listening(WebServerInitializedEvent event) {
		System.out.println(LISTENING + event.getWebServer().getPort());
	}

	/**
	 * What Boot's module for Gson does.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Gson.class)
	static class GsonConfiguration {

		@Bean
		Gson gson() {
			return new Gson();
		}

	}

	@RestController
	static class Controller {

		private final ApplicationContext context;

		private final ObjectProvider<RequestMappingHandlerAdapter> adapter;

		Controller(ApplicationContext context, ObjectProvider<RequestMappingHandlerAdapter> adapter) {
			this.context = context;
			this.adapter = adapter;
		}

		@GetMapping("/greeting")
		Greeting greet() {
			return new Greeting("hello", null);
		}

		@PostMapping("/greeting")
		Greeting greet(@RequestBody Greeting greeting) {
			return greeting;
		}

		@GetMapping(path = "/converters", produces = MediaType.TEXT_PLAIN_VALUE)
		String converters() {
			return this.adapter.getObject()
				.getMessageConverters()
				.stream()
				.map((converter) -> converter.getClass().getName() + converter.getSupportedMediaTypes())
				.collect(Collectors.joining("\n"));
		}

		@GetMapping(path = "/beans", produces = MediaType.TEXT_PLAIN_VALUE)
		String beans() {
			return Arrays.stream(this.context.getBeanDefinitionNames())
				.map((name) -> name + " " + this.context.getType(name))
				.collect(Collectors.joining("\n"));
		}

	}

	/**
	 * What libraries write differently.
	 */
	record Greeting(String text, @Nullable String nothing) {

	}

}
