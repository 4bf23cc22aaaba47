package dev.sallyport.proxy.postgres;

import dev.sallyport.proxy.connection.AuthFailure;
import dev.sallyport.proxy.connection.CloseCause;

/** The client does not get in. Everything here is for the client to read. */
final class LoginRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private static final String OUR_LOGIN = "28000";

    final String sqlState;
    final String hint;
    final AuthFailure failure;
    final CloseCause cause;

    LoginRefused(String sqlState, String message, String hint, AuthFailure failure, CloseCause cause) {
        super(message, null, false, false);
        this.sqlState = sqlState;
        this.hint = hint;
        this.failure = failure;
        this.cause = cause;
    }

    static LoginRefused of(String sqlState, String message, String hint, AuthFailure failure) {
        return new LoginRefused(sqlState, message, hint, failure, CloseCause.REFUSED);
    }

    /** The target did not take our login: whoever changed its password may have told the store since. */
    static LoginRefused ofOurLogin(String message) {
        return byTarget(OUR_LOGIN, message, AuthFailure.TARGET_REFUSED);
    }

    boolean isOfOurLogin() {
        return failure == AuthFailure.TARGET_REFUSED && sqlState.equals(OUR_LOGIN);
    }

    /** The target's fault, not the client's. */
    static LoginRefused byTarget(String sqlState, String message, AuthFailure failure) {
        return new LoginRefused(sqlState, message, "", failure, CloseCause.TARGET_UNREACHABLE);
    }
}
