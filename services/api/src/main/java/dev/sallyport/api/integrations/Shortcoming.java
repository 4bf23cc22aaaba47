package dev.sallyport.api.integrations;

import dev.sallyport.aws.AwsException;
import java.time.Duration;

/**
 * Why an account, a region or an instance is not as hoped.
 *
 * @param code stable, for programs
 * @param text for people: what is wrong and what to do
 */
record Shortcoming(String code, String text) {

    static Shortcoming of(AwsException e) {
        return new Shortcoming(e.kind().label(), String.valueOf(e.getMessage()));
    }

    /** AWS calls credentials invalid in a region that the account has not enabled. */
    static Shortcoming in(String region, AwsException e) {
        Shortcoming plain = of(e);
        return e.kind() == AwsException.Kind.BAD_CREDENTIALS
                ? new Shortcoming(plain.code(), plain.text() + ", or enable the region " + region + " in the account")
                : plain;
    }

    static Shortcoming late(String operation, Duration deadline) {
        return new Shortcoming(
                "deadline_exceeded",
                operation + ": not answered within " + deadline.toSeconds()
                        + " s; ask for fewer accounts at once, or raise sallyport.aws.search-deadline");
    }

    /** A fault of ours, which the log describes. */
    static Shortcoming ours() {
        return new Shortcoming("internal_error", "this is our fault; the log of the service says more");
    }

    static Shortcoming unsupported(String engine) {
        return new Shortcoming("unsupported_engine", "the engine " + engine + " is not supported");
    }

    static Shortcoming replicaOf(String source) {
        return new Shortcoming("read_replica", "a read replica takes no roles of its own; make them in " + source);
    }
}
