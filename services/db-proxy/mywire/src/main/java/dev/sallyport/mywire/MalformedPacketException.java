package dev.sallyport.mywire;

/** The bytes are not the protocol's. The message names what was expected and holds nothing of what came. */
public final class MalformedPacketException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public MalformedPacketException(String message) {
        super(message);
    }
}
