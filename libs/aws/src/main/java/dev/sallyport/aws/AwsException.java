package dev.sallyport.aws;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sts.model.StsException;

/**
 * A call that AWS did not answer as hoped. The message says which call, what AWS said and what to do. It has no cause: the
 * SDK's exceptions may quote what was signed, a session token included.
 */
public final class AwsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final int LONGEST_DETAIL = 400;

    private static final String ASSUME_ROLE = "sts:AssumeRole";

    /** What kind of thing went wrong. */
    public enum Kind {
        /** No credentials are stored, or the stored kind is not allowed here. */
        NOT_CONFIGURED(false),
        /** AWS does not know the access key, or the signature made with it is wrong. */
        BAD_CREDENTIALS(false),
        /** The session token is too old. */
        EXPIRED(false),
        /** A policy forbids it. */
        DENIED(false),
        /** The thing asked for does not exist. */
        NOT_FOUND(false),
        /** It is there already, or in a state in which it cannot be changed now. */
        CONFLICT(false),
        /** AWS found the request itself wrong. */
        INVALID(false),
        /** Too many calls. */
        THROTTLED(true),
        /** No answer: no route, no name, refused, too late. */
        UNREACHABLE(true),
        /** AWS answered with a failure of its own. */
        UNAVAILABLE(true);

        private final boolean retriable;

        Kind(boolean retriable) {
            this.retriable = retriable;
        }

        /** Stable, for clients of ours to tell one from another: {@code aws_denied} and so on. */
        public String label() {
            return "aws_" + name().toLowerCase(Locale.ROOT);
        }
    }

    private static final Set<String> BAD_CREDENTIALS = Set.of(
            "InvalidClientTokenId",
            "SignatureDoesNotMatch",
            "IncompleteSignature",
            "IncompleteSignatureException",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "UnrecognizedClientException",
            "InvalidSignatureException",
            "InvalidAccessKeyId",
            "AuthFailure",
            "NotSignedUp",
            "OptInRequired");
    private static final Set<String> EXPIRED =
            Set.of("ExpiredToken", "ExpiredTokenException", "RequestExpired", "RequestExpiredException");
    private static final Set<String> DENIED = Set.of(
            "AccessDenied",
            "AccessDeniedException",
            "UnauthorizedOperation",
            "UnauthorizedAccess",
            "NotAuthorized",
            "AWSOrganizationsNotInUseException");

    private final Kind kind;
    private final String operation;
    private final String code;

    /**
     * @param operation the call, for instance {@code rds:DescribeDBInstances}
     * @param code AWS's error code; empty when there was no answer
     */
    public AwsException(Kind kind, String operation, String code, String detail) {
        super(operation + ": " + detail);
        this.kind = kind;
        this.operation = operation;
        this.code = code;
    }

    /** Makes a call; what the SDK throws becomes an {@link AwsException}. */
    public static <T> T calling(String operation, Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException e) {
            throw of(operation, e);
        }
    }

    /** What the SDK threw, in our terms. */
    public static AwsException of(String operation, SdkException e) {
        if (e instanceof AwsServiceException service) {
            return ofAnswer(operation, service);
        }
        if (e instanceof ApiCallTimeoutException || e instanceof ApiCallAttemptTimeoutException) {
            return new AwsException(Kind.UNREACHABLE, operation, "", "AWS did not answer in time");
        }
        if (e instanceof AbortedException) {
            return new AwsException(Kind.UNREACHABLE, operation, "", "the call was interrupted");
        }
        if (bounded(e.getMessage()).startsWith("Unable to load credentials")) {
            return new AwsException(
                    Kind.NOT_CONFIGURED,
                    operation,
                    "",
                    "no credentials were found where the AWS SDK looks for them; attach a role to this machine");
        }
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new AwsException(
                Kind.UNREACHABLE,
                operation,
                "",
                "AWS cannot be reached (" + root.getClass().getSimpleName() + "); check network, region and endpoint");
    }

    private static AwsException ofAnswer(String called, AwsServiceException e) {
        // Before its first call in another account the SDK takes on the role there: that is what failed then.
        String operation = e instanceof StsException && !called.startsWith("sts:") ? ASSUME_ROLE : called;
        AwsErrorDetails details = e.awsErrorDetails();
        String code = details == null || details.errorCode() == null ? "" : details.errorCode();
        Kind kind = kindOf(code, e.statusCode(), e.isThrottlingException());
        String said = switch (kind) {
            case BAD_CREDENTIALS -> "AWS does not accept the access key; store a valid one";
            case EXPIRED -> "the session token has expired; store a new one";
            default -> details == null ? "status " + e.statusCode() : bounded(details.errorMessage());
        };
        String hint = kind == Kind.DENIED && operation.equals(ASSUME_ROLE)
                ? "; check that the role exists in an active account, that its trust policy names us, and the external id"
                : "";
        return new AwsException(kind, operation, code, (code.isEmpty() ? said : said + " (" + code + ")") + hint);
    }

    static Kind kindOf(String code, int status, boolean throttling) {
        if (throttling || status == 429) {
            return Kind.THROTTLED;
        }
        if (BAD_CREDENTIALS.contains(code)) {
            return Kind.BAD_CREDENTIALS;
        }
        if (EXPIRED.contains(code)) {
            return Kind.EXPIRED;
        }
        if (DENIED.contains(code)) {
            return Kind.DENIED;
        }
        if (isNotFound(code) || status == 404) {
            return Kind.NOT_FOUND;
        }
        if (isConflict(code) || status == 409) {
            return Kind.CONFLICT;
        }
        if (status == 401 || status == 403) {
            return Kind.DENIED;
        }
        return status >= 500 ? Kind.UNAVAILABLE : Kind.INVALID;
    }

    private static boolean isNotFound(String code) {
        return code.endsWith("NotFound")
                || code.endsWith("NotFoundFault")
                || code.endsWith("NotFoundException")
                || code.equals("NoSuchEntity");
    }

    private static boolean isConflict(String code) {
        return code.endsWith("AlreadyExists")
                || code.endsWith("AlreadyExistsFault")
                || code.endsWith(".Duplicate")
                || code.endsWith("ConflictException")
                || code.equals("DependencyViolation")
                || code.equals("InvalidDBInstanceState")
                || code.equals("InvalidDBInstanceStateFault")
                || code.equals("InvalidDBClusterStateFault");
    }

    private static String bounded(@Nullable String said) {
        if (said == null) {
            return "";
        }
        return said.length() <= LONGEST_DETAIL ? said : said.substring(0, LONGEST_DETAIL) + "…";
    }

    public Kind kind() {
        return kind;
    }

    /** The call, for instance {@code rds:DescribeDBInstances}. */
    public String operation() {
        return operation;
    }

    /** AWS's error code; empty when there was no answer. */
    public String code() {
        return code;
    }

    /** Whether the same call may work later. */
    public boolean transientFailure() {
        return kind.retriable;
    }

    /** What {@code call} answers; empty when AWS says that what it asks for does not exist. */
    public static <T> Optional<T> ifThere(Supplier<T> call) {
        try {
            return Optional.of(call.get());
        } catch (AwsException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
