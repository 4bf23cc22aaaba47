package dev.sallyport.proxy.audit;

/** The journal could not take a record: the disk failed, or its limit is reached. What was to be recorded must not happen. */
public final class JournalException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public JournalException(String message) {
        super(message);
    }

    public JournalException(String message, Throwable cause) {
        super(message, cause);
    }
}
