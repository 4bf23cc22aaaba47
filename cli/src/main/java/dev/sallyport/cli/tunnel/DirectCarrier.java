package dev.sallyport.cli.tunnel;

import java.net.InetSocketAddress;

/** No carrier is needed: the db-proxy can be reached, and speaks TLS. */
record DirectCarrier(InetSocketAddress address) implements Carrier {

    @Override
    public boolean tls() {
        return true;
    }

    @Override
    public void close() {
        // It holds nothing.
    }
}
