package io.horde.scope;

import io.horde.HordeException;

/**
 * A bean is not what a process can be. Ends the start of the application.
 */
public class ProcessDefinitionException extends HordeException {

	private final String beanName;

	private final String problem;

	private final String remedy;

	/**
	 * Creates an exception.
	 * @param beanName the name of the bean
	 * @param problem what is wrong with it, as the end of a sentence that begins with its
	 * name
	 * @param remedy what to do, as a sentence
	 */
	public ProcessDefinitionException(String beanName, String problem, String remedy) {
		super("Process '" + beanName + "' " + problem + ". " + remedy);
		this.beanName = beanName;
		this.problem = problem;
		this.remedy = remedy;
	}

	/**
	 * Return the name of the bean.
	 * @return the bean name
	 */
	public String getBeanName() {
		return this.beanName;
	}

	/**
	 * Return what is wrong.
	 * @return a sentence
	 */
	public String getProblem() {
		return "Process '" + this.beanName + "' " + this.problem + ".";
	}

	/**
	 * Return what to do.
	 * @return a sentence
	 */
	public String getRemedy() {
		return this.remedy;
	}

}
