package dev.sallyport.proxy.connection;

import java.net.InetAddress;

/** The db-proxies beside this one: a load balancer may bring them what is meant for us, and us what is meant for them. */
public interface OtherNodes {

    /** There are none. */
    OtherNodes NONE = (client, protocol, digest) -> {};

    /**
     * Tells them that a client wants cancelled what runs in a session that we do not have. Never blocks, and does not say what
     * comes of it.
     *
     * @param digest of what the client showed; see {@link dev.sallyport.contracts.sessions.SessionCancel}
     */
    void cancel(InetAddress client, String protocol, String digest);
}
