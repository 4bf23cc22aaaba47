package dev.sallyport.api.rules;

import dev.sallyport.api.workflows.Workflow;

/**
 * A workflow as it was when somebody asked. What becomes of the workflow later changes nothing for them.
 *
 * @param revision 0 for the built-in one
 */
public record Terms(String workflow, int revision, Workflow rules) {}
