package dev.sallyport.cli.tunnel;

import java.net.InetSocketAddress;

/** What carries a tunnel's one connection to a db-proxy: somewhere to open it to. */
public interface Carrier extends AutoCloseable {

    /** Where to connect to; the host as the certificate has it, when it is {@link #tls}. */
    InetSocketAddress address();

    /** Whether the connection is to be encrypted, for nothing below does that. */
    boolean tls();

    /** Lets go of what it holds. May be called again. */
    @Override
    void close();
}
