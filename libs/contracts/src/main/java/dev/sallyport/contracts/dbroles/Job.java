package dev.sallyport.contracts.dbroles;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.sallyport.kernel.JobId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A provisioning job as every client sees it: the answer of {@code GET /api/dbroles/jobs/{id}}, and, the same to the byte,
 * the {@code event_payload} of the webhook {@code dbroles.job.finished}.
 *
 * @param completedAt when it ended, well or not; null while it runs
 */
@JsonPropertyOrder({"id", "org_id", "created_at", "completed_at", "spec", "status", "steps"})
public record Job(
        JobId id,
        String orgId,
        Instant createdAt,
        @Nullable Instant completedAt,
        Spec spec,
        Status status,
        List<Step> steps) {

    /** What the job acts on. What is only known once AWS was asked is empty until then. */
    @JsonPropertyOrder({"account_arn", "db_arn", "db_name", "db_engine", "db_tags"})
    public record Spec(String accountArn, String dbArn, String dbName, String dbEngine, List<Tag> dbTags) {}

    /** A tag of the instance in AWS. */
    public record Tag(String key, String value) {}

    /** Where it stands, and what became of each role. */
    @JsonPropertyOrder({"phase", "message", "result"})
    public record Status(Phase phase, String message, List<RoleResult> result) {}

    /** What became of one role. */
    @JsonPropertyOrder({"user_role", "status", "message", "completed_at", "credentials_info"})
    public record RoleResult(
            String userRole, Phase status, String message, Instant completedAt, CredentialsInfo credentialsInfo) {}

    /**
     * Where a role's credentials are, never what they are.
     *
     * @param secretsManagerProvider {@code database} for the sealed store, or {@code vault}
     * @param secretKeys the keys that the secret holds
     */
    @JsonPropertyOrder({"secrets_manager_provider", "secret_id", "secret_keys"})
    public record CredentialsInfo(String secretsManagerProvider, String secretId, List<String> secretKeys) {}

    /** One step, in the order of doing. Times are null until it began, or ended. */
    @JsonPropertyOrder({"name", "status", "message", "started_at", "completed_at"})
    public record Step(
            String name,
            StepStatus status,
            String message,
            @Nullable Instant startedAt,
            @Nullable Instant completedAt) {}

    /** Of a job, or of a role in it. */
    public enum Phase {
        RUNNING,
        FAILED,
        COMPLETED;

        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        @JsonCreator
        static Phase ofLabel(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }

    /** Of a step. */
    public enum StepStatus {
        PENDING,
        RUNNING,
        FAILED,
        COMPLETED,
        SKIPPED;

        @JsonValue
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        @JsonCreator
        static StepStatus ofLabel(String label) {
            return valueOf(label.toUpperCase(Locale.ROOT));
        }
    }
}
