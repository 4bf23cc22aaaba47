package dev.sallyport.notifier.rest;

/** Ends a call with a problem document. Thrown at the edge only: rules answer with values. */
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    public ProblemException(int status, String code, String detail) {
        super(detail);
        this.status = status;
        this.code = code;
    }

    public static ProblemException badRequest(String code, String detail) {
        return new ProblemException(400, code, detail);
    }

    /** @param what for instance {@code delivery} */
    public static ProblemException notFound(String what, String id) {
        return new ProblemException(404, "not_found", "there is no " + what + " '" + id + "'");
    }

    public static ProblemException conflict(String code, String detail) {
        return new ProblemException(409, code, detail);
    }

    int status() {
        return status;
    }

    public String code() {
        return code;
    }
}
