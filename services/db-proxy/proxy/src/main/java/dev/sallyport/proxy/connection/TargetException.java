package dev.sallyport.proxy.connection;

/**
 * The target could not be reached, or its password could not be had. The message names the target or the secret's id and the
 * reason, and may be shown to the client.
 */
public final class TargetException extends Exception {

    private static final long serialVersionUID = 1L;

    public TargetException(String message) {
        super(message);
    }
}
