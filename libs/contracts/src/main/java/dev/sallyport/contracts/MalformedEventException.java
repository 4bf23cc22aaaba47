package dev.sallyport.contracts;

/** A record that is not an event we know. It never becomes one by trying again: it belongs among the dead letters. */
public final class MalformedEventException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public MalformedEventException(String message) {
        super(message);
    }
}
