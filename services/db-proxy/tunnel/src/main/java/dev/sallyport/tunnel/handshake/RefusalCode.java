package dev.sallyport.tunnel.handshake;

/** Why a server opens no tunnel. */
public enum RefusalCode {
    /** The client's packet was not understood, or the server takes no one in. */
    UNKNOWN(1000),
    /** The server's own fault. */
    INTERNAL(1100),
    /** The grant is not, or no longer, active. */
    GRANT_INACTIVE(1200),
    /** The grant is active, but leads to nothing that this server can speak to. */
    NO_OUTPUT(1201),
    /** The token does not prove that the grant is the client's. */
    IDENTITY_NOT_VERIFIED(1300);

    private final int number;

    RefusalCode(int number) {
        this.number = number;
    }

    /** As it is on the wire. */
    public int number() {
        return number;
    }
}
