package dev.sallyport.proxy.connection;

/** Why a client that has proved its secret is not let in all the same. */
public enum Refusal {
    GRANT_ENDED("the grant has ended", AuthFailure.GRANT_ENDED),
    TOO_MANY_SESSIONS("this proxy holds as many sessions as it may; try again later", AuthFailure.SESSION_LIMIT),
    TOO_MANY_SESSIONS_OF_PERSON(
            "you have as many sessions open as one person may; close one first", AuthFailure.PERSON_LIMIT),
    DRAINING("this proxy is about to stop; connect again", AuthFailure.DRAINING);

    private final String message;
    private final AuthFailure failure;

    Refusal(String message, AuthFailure failure) {
        this.message = message;
        this.failure = failure;
    }

    /** For the client to read. */
    public String message() {
        return message;
    }

    /** What it is counted under; {@link ClientConnection#admit} has done so. */
    public AuthFailure failure() {
        return failure;
    }
}
