package dev.sallyport.tunnel.handshake;

/**
 * Who the client is, and for which grant it comes.
 *
 * @param token proves it; a secret
 * @param grantId the grant's id
 */
public record ClientHello(String token, String grantId) {

    /** Without the token. */
    @Override
    public String toString() {
        return "ClientHello[" + grantId + "]";
    }
}
