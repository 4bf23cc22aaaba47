package dev.sallyport.sandbox.svix;

/** An answer that is an error, in the form of Svix's {@code HttpErrorOut}. */
final class SvixError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    SvixError(int status, String code, String detail) {
        super(detail, null, false, false);
        this.status = status;
        this.code = code;
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }
}
