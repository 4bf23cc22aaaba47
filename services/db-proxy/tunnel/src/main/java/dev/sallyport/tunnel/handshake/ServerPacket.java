package dev.sallyport.tunnel.handshake;

/** What the server says. */
public sealed interface ServerPacket {

    /** Bit of {@link Hello#capabilities}: streams may speak MySQL. */
    int MYSQL = 1;

    /** Bit of {@link Hello#capabilities}: streams may speak PostgreSQL. */
    int POSTGRES = 2;

    /** The one way to prove who one is. */
    String TOKEN_METHOD = "cf_auth_token";

    /**
     * The server's first word.
     *
     * @param version of the server, for logs
     * @param connectionId this server's number of the connection, for logs
     * @param capabilities {@link #MYSQL}, {@link #POSTGRES}
     * @param method how the client is to prove who it is
     */
    record Hello(String version, int connectionId, int capabilities, String method) implements ServerPacket {}

    /** The tunnel is open. */
    record Accepted() implements ServerPacket {}

    /**
     * The tunnel is not to be.
     *
     * @param code one of {@link RefusalCode}, or another server's own
     * @param message for people
     */
    record Refused(int code, String message) implements ServerPacket {

        public Refused(RefusalCode code, String message) {
            this(code.number(), message);
        }
    }
}
