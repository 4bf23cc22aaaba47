package dev.sallyport.broker.grant;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** The broker's settings. */
@ConfigMapping(prefix = "sallyport.broker")
interface BrokerConfig {

    /** How often the database is asked for grants whose time is over; well under the second that expiry is exact to. */
    @WithDefault("200ms")
    Duration expiryInterval();

    /** How many grants end in one transaction, from 1; the others wait for the event loop meanwhile. */
    @WithDefault("100")
    int expiryBatch();

    /** How often a command is tried again while the database is away, before it becomes a dead letter; about five minutes. */
    @WithDefault("40")
    int commandAttempts();

    /** The longest pause between two of these attempts. */
    @WithDefault("10s")
    Duration commandBackoff();

    /** Partitions of the state topic, when it is made here. */
    @WithDefault("3")
    int stateTopicPartitions();

    /** Replicas of the state topic, when it is made here; the Kafka broker's default unless set. */
    Optional<Short> stateTopicReplicas();
}
