package io.horde.process;

import io.horde.StartupMistakeException;

/**
 * A bean is not what a process can be: it has two arguments, a scope of its own, a
 * listener that would outlive it, an attribute that this version can't honour. Thrown by
 * the start of the application, usually as the cause of an exception of Spring's; the log
 * shows problem and remedy instead of a stack trace.
 */
public class ProcessDefinitionException extends StartupMistakeException {

	private final String beanName;

	/**
	 * Creates an exception. For Horde; an application has no reason to.
	 * @param beanName the name of the bean
	 * @param problem what is wrong with it, as the end of a sentence that begins with its
	 * name
	 * @param remedy what to do, as a sentence
	 */
	public ProcessDefinitionException(String beanName, String problem, String remedy) {
		super("Process '" + beanName + "' " + problem + ".", remedy);
		this.beanName = beanName;
	}

	/**
	 * Return the name of the bean.
	 * @return the bean name
	 */
	public String beanName() {
		return this.beanName;
	}

	/**
	 * Return what is wrong.
	 * @return a sentence
	 */
	public String problem() {
		return description();
	}

	/**
	 * Return what to do.
	 * @return a sentence
	 */
	public String remedy() {
		return action();
	}

}
