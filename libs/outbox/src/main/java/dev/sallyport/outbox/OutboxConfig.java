package dev.sallyport.outbox;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How the outbox is relayed. */
@ConfigMapping(prefix = "sallyport.outbox")
interface OutboxConfig {

    /** How many records are sent in one transaction, from 1. */
    @WithDefault("500")
    int batchSize();

    /** How long an idle relay sleeps at most. A commit in the same process wakes it sooner. */
    @WithDefault("500ms")
    Duration pollInterval();

    /** The longest pause after a failure; the first is a sixteenth of it. */
    @WithDefault("5s")
    Duration maxBackoff();

    /** How long the broker may take to acknowledge a record before the batch is given up, to be tried again. */
    @WithDefault("10s")
    Duration deliveryTimeout();

    /** The longest key and value together, in bytes; the broker takes 1 MiB with the headers and its own framing. */
    @WithDefault("1000000")
    int maxRecordBytes();

    /** How long an event id is remembered: longer than any topic keeps a record that could be delivered again. */
    @WithDefault("30d")
    Duration inboxRetention();
}
