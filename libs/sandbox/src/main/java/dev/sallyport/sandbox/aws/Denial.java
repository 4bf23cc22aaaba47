package dev.sallyport.sandbox.aws;

/** Why an action is not allowed, and how IAM says so (IAM User Guide, "Troubleshoot access denied error messages"). */
public enum Denial {
    /** No policy allows it. */
    IMPLICIT("because no identity-based policy allows the %s action"),
    /** A policy of the user or role denies it. */
    EXPLICIT("with an explicit deny in an identity-based policy"),
    /** A service control policy of the organisation denies it. */
    BY_ORGANIZATION("with an explicit deny in a service control policy");

    private final String reason;

    Denial(String reason) {
        this.reason = reason;
    }

    /** In the words of {@code SimulatePrincipalPolicy}. */
    String decision() {
        return this == IMPLICIT ? "implicitDeny" : "explicitDeny";
    }

    String message(Caller caller, String action) {
        return "User: " + caller.arn() + " is not authorized to perform: " + action + " " + reason.formatted(action);
    }
}
