package dev.sallyport.sandbox.oidc;

/** A refusal of the token endpoint: RFC 6749 section 5.2, RFC 8628 section 3.5. */
final class OAuthError extends Exception {

    private static final long serialVersionUID = 1L;

    private final String code;

    OAuthError(String code, String description) {
        super(description);
        this.code = code;
    }

    static OAuthError invalidGrant(String description) {
        return new OAuthError("invalid_grant", description);
    }

    /** {@code invalid_grant}, {@code authorization_pending}, … */
    String code() {
        return code;
    }
}
