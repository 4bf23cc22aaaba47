package dev.sallyport.pgwire.conversation;

import dev.sallyport.pgwire.PgWireException;

/** What ReadyForQuery says. */
public enum TransactionStatus {
    IDLE,
    ACTIVE,
    FAILED;

    static TransactionStatus of(byte indicator) {
        return switch (indicator) {
            case 'I' -> IDLE;
            case 'T' -> ACTIVE;
            case 'E' -> FAILED;
            default -> throw PgWireException.violation("the target is ready in a state that does not exist");
        };
    }
}
