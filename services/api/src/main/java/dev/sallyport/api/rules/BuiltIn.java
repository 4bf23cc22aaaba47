package dev.sallyport.api.rules;

import dev.sallyport.api.workflows.Workflow;

/** What is in force before anybody keeps rules of their own. */
public interface BuiltIn {

    /** The workflow that is called {@link Rulebook#DEFAULT} until somebody stores another. */
    Workflow workflow();
}
