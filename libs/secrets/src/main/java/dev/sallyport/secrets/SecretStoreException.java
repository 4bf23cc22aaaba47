package dev.sallyport.secrets;

/** The store could not do what was asked. The message names the secret's id and the reason, never a value. */
public final class SecretStoreException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean retriable;

    /** @param retriable whether the same call may work later: the store was out of reach, sealed or busy */
    public SecretStoreException(String message, boolean retriable) {
        super(message);
        this.retriable = retriable;
    }

    /** Whether the same call may work later. */
    public boolean transientFailure() {
        return retriable;
    }
}
