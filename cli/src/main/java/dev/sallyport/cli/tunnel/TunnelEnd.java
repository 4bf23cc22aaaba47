package dev.sallyport.cli.tunnel;

/**
 * Why a tunnel is over for good.
 *
 * @param code stable, as in {@link TunnelException}; {@code closed} when it was closed here
 * @param message for people
 */
public record TunnelEnd(Reason reason, String code, String message) {

    /** What kind of end it was. */
    public enum Reason {
        /** {@link Tunnel#close} was called. */
        CLOSED,
        /** The grant has expired or was closed. */
        GRANT_ENDED,
        /** The api or the db-proxy does not let us in any more. */
        REFUSED,
        /** It could not be opened again within the grant. */
        GAVE_UP
    }
}
