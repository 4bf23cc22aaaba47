package dev.sallyport.broker.identitycenter;

/** What became of a step. */
sealed interface Outcome {

    /** What is known after it. */
    Plan plan();

    /** It is done, and {@code step} comes next. */
    record Next(Step step, Plan plan) implements Outcome {}

    /** It is not done, or something is in the way: on with {@code step} after a pause. */
    record Again(Step step, Plan plan, String why) implements Outcome {}

    /** It cannot be done. */
    record Failed(Plan plan, String message) implements Outcome {}

    /** The goal is reached. */
    record Reached(Plan plan) implements Outcome {}
}
