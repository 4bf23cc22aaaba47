package dev.sallyport.proxy.cancels;

import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.MalformedEventException;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.sessions.SessionCancel;
import dev.sallyport.proxy.connection.OtherNodes;
import dev.sallyport.proxy.connection.Protocol;
import dev.sallyport.proxy.feed.TopicFeed;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/** Tells the other nodes of cancels that are not for us, and hears of those that may be. Nobody waits for it, whatever Kafka does. */
public final class CancelExchange implements OtherNodes, AutoCloseable {

    private static final Logger LOG = Logger.getLogger(CancelExchange.class);

    /** How long after it was asked a cancel is done; by then its client has seen what became of the statement. */
    static final Duration HEEDED = Duration.ofSeconds(10);

    private final List<Protocol> protocols;
    private final InstantSource clock;
    private final CancelMeter meter;
    private final RateLimit limit;
    private final Teller teller;
    private final TopicFeed feed;

    /**
     * @param replicas of the topic when it is made here; the Kafka broker's default when empty
     * @param protocols whose sessions may be meant
     */
    public CancelExchange(
            String bootstrapServers,
            Optional<Short> replicas,
            CancelLimits limits,
            List<Protocol> protocols,
            InstantSource clock,
            CancelMeter meter) {
        this.protocols = protocols;
        this.clock = clock;
        this.meter = meter;
        this.limit = new RateLimit(limits, System::nanoTime);
        this.teller = new Teller(bootstrapServers, replicas, clock, meter);
        this.feed = new TopicFeed(
                "cancels-in", Topics.PROXIES_CANCELS, TopicFeed.Begin.BEHIND_THE_NEWEST, bootstrapServers, this::heard);
    }

    public void start() {
        teller.start();
        feed.start();
    }

    /** Where the hearing is, for who waits for it. */
    String state() {
        return feed.state();
    }

    @Override
    public void cancel(InetAddress client, String protocol, String digest) {
        if (limit.passes(client)) {
            teller.tell(new SessionCancel(protocol, digest));
        } else {
            meter.became(CancelFate.LIMITED);
        }
    }

    /** Our own come back to us too, and find nothing again. */
    private void heard(ConsumerRecord<String, String> record) {
        if (clock.millis() - record.timestamp() > HEEDED.toMillis()) {
            meter.became(CancelFate.LATE);
            return;
        }
        try {
            SessionCancel cancel =
                    EventJson.read(EventType.SESSION_CANCEL, record.value()).data();
            boolean ours = protocols.stream()
                    .filter(one -> one.name().equals(cancel.protocol()))
                    .anyMatch(one -> one.cancel(cancel.digest()));
            if (ours) {
                meter.became(CancelFate.FOUND);
            }
        } catch (MalformedEventException e) {
            LOG.warnf(
                    "a record of %s at offset %d cannot be read: %s", record.topic(), record.offset(), e.getMessage());
        }
    }

    @Override
    public void close() {
        teller.close();
        feed.close();
    }
}
