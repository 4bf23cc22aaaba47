package dev.sallyport.sandbox.vault;

/** An answer that is an error; Vault lists the messages in {@code errors}. */
final class VaultError extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;

    VaultError(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    static VaultError denied() {
        return new VaultError(403, "permission denied");
    }

    static VaultError noRoute(String path) {
        return new VaultError(404, "no handler for route \"" + path + "\". route entry not found.");
    }

    /** Nothing is there: the list of errors is empty. */
    static VaultError nothing() {
        return new VaultError(404, "");
    }

    int status() {
        return status;
    }
}
