package dev.sallyport.cli.tunnel;

/** Makes carriers. Each connection of a tunnel gets one of its own. */
public interface Carriers {

    /** The way of tickets whose transport is {@code direct}: the db-proxy's own address. */
    Carriers DIRECT = ticket -> new DirectCarrier(ticket.address()
            .orElseThrow(() -> new TunnelException("no_address", "the db-proxy says no address of its own", false)));

    /**
     * A carrier to the db-proxy that {@code ticket} names. May block, for a bounded time.
     *
     * @throws TunnelException when there is none to be had; whether it may be tried again is up to it
     */
    Carrier open(Ticket ticket);
}
