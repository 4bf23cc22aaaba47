package dev.sallyport.api.policies;

/**
 * What is wrong with a text in Cedar.
 *
 * @param line counted from 1
 * @param message what is wrong
 * @param help what to do; may be empty
 */
public record Flaw(int line, String message, String help) {

    /** In one sentence. */
    public String sentence() {
        return "line " + line + ": " + message + (help.isEmpty() ? "" : " (" + help + ")");
    }
}
