package dev.sallyport.pgwire;

/** The number that an Authentication message ({@code R}) begins with. */
public final class AuthRequest {

    public static final int OK = 0;
    public static final int CLEARTEXT_PASSWORD = 3;
    public static final int MD5_PASSWORD = 5;
    public static final int SASL = 10;
    public static final int SASL_CONTINUE = 11;
    public static final int SASL_FINAL = 12;

    private AuthRequest() {}
}
