package dev.sallyport.api.integrations;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Which of the needed actions are allowed.
 *
 * @param status {@code allowed} when all that are required are, in every account asked for; else {@code denied}
 * @param identity who we are in our own account
 * @param evaluationDetails of our own account
 * @param accounts of those that were named
 */
@JsonPropertyOrder({"status", "identity", "evaluation_details", "accounts"})
@Schema(name = "Verification")
record Verification(
        @Schema(enumeration = {"allowed", "denied"}) String status,

        @Schema(examples = "arn:aws:iam::111111111111:user/sallyport")
        String identity,

        List<Detail> evaluationDetails,
        List<Account> accounts) {

    static final String ALLOWED = "allowed";
    static final String DENIED = "denied";
    static final String UNKNOWN = "unknown";

    /**
     * One action.
     *
     * @param decision {@code allowed}, {@code explicitDeny} or {@code implicitDeny}, in the words of IAM
     * @param neededFor the feature that calls it
     * @param required whether nothing works without it, rather than that feature alone
     * @param reason who denies it; null when it is allowed
     */
    @JsonPropertyOrder({"action_name", "decision", "resource_name", "needed_for", "required", "reason"})
    @Schema(name = "EvaluationDetail")
    record Detail(
            @Schema(examples = "rds:ModifyDBInstance") String actionName,
            @Schema(examples = "allowed") String decision,
            @Schema(examples = "*") String resourceName,
            @Schema(examples = "provisioning") String neededFor,
            boolean required,

            @Schema(nullable = true, examples = "no policy of the user or role allows it") @Nullable String reason) {}

    /**
     * One account.
     *
     * @param status {@code unknown} when it could not be asked; the error says why
     * @param identity the user or role that was asked about
     */
    @JsonPropertyOrder({"account_id", "status", "identity", "evaluation_details", "error", "error_code"})
    @Schema(name = "AccountVerification")
    record Account(
            @Schema(examples = "222222222222") String accountId,

            @Schema(enumeration = {"allowed", "denied", "unknown"})
            String status,

            @Schema(examples = "arn:aws:iam::222222222222:role/OrganizationAccountAccessRole")
            String identity,

            List<Detail> evaluationDetails,
            @Schema(nullable = true) @Nullable String error,

            @Schema(nullable = true, examples = "aws_denied") @Nullable String errorCode) {

        static Account of(String accountId, String identity, List<Detail> details) {
            return new Account(accountId, statusOf(details), identity, details, null, null);
        }

        static Account unknown(String accountId, String identity, Shortcoming why) {
            return new Account(accountId, UNKNOWN, identity, List.of(), why.text(), why.code());
        }
    }

    /** What required actions alone decide. */
    static String statusOf(List<Detail> details) {
        return details.stream()
                        .filter(Detail::required)
                        .allMatch(detail -> detail.decision().equals(ALLOWED))
                ? ALLOWED
                : DENIED;
    }
}
