package dev.sallyport.api.problem;

import java.util.Map;

/** Ends a call with a problem document. Thrown at the edge only: rules answer with values. */
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;
    private final transient Map<String, ?> members;

    public ProblemException(int status, String code, String detail) {
        this(status, code, detail, Map.of());
    }

    /** @param members what the document says besides, by snake_case names */
    public ProblemException(int status, String code, String detail, Map<String, ?> members) {
        super(detail);
        this.status = status;
        this.code = code;
        this.members = Map.copyOf(members);
    }

    public static ProblemException badRequest(String code, String detail) {
        return new ProblemException(400, code, detail);
    }

    public static ProblemException forbidden(String code, String detail) {
        return new ProblemException(403, code, detail);
    }

    /** @param what for instance {@code job} */
    public static ProblemException notFound(String what, String id) {
        return new ProblemException(404, "not_found", "there is no " + what + " '" + id + "'");
    }

    public static ProblemException conflict(String code, String detail) {
        return new ProblemException(409, code, detail);
    }

    /** What the client is told. */
    public Problem problem() {
        return Problem.of(status, code, String.valueOf(getMessage()), members);
    }
}
