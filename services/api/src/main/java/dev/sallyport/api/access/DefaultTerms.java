package dev.sallyport.api.access;

import dev.sallyport.api.rules.BuiltIn;
import dev.sallyport.api.workflows.Workflow;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;

/** One approver decides, and the approval begins the grant. */
@ApplicationScoped
class DefaultTerms implements BuiltIn {

    /** Behind whatever somebody stores. */
    private static final int LAST = 1_000_000;

    private static final Duration REQUEST_EXPIRY = Duration.ofDays(7);
    private static final Duration ACTIVATION_EXPIRY = Duration.ofDays(1);

    private final AccessConfig config;

    DefaultTerms(AccessConfig config) {
        this.config = config;
    }

    @Override
    public Workflow workflow() {
        return new Workflow(
                LAST,
                config.maxDuration().toSeconds(),
                config.defaultDuration().toSeconds(),
                REQUEST_EXPIRY.toSeconds(),
                ACTIVATION_EXPIRY.toSeconds(),
                Workflow.Activation.AUTOMATIC,
                true,
                List.of(),
                null,
                Workflow.Validation.NONE);
    }
}
