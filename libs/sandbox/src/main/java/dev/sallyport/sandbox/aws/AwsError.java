package dev.sallyport.sandbox.aws;

/** An error of an AWS API, by the code that its reference gives. */
final class AwsError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    AwsError(int status, String code, String message) {
        super(message);
        this.status = status;
        this.code = code;
    }

    static AwsError invalidParameter(String message) {
        return new AwsError(400, "InvalidParameterValue", message);
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }
}
