package dev.sallyport.proxy.grants;

import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.MalformedEventException;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.proxy.connection.CloseCause;
import dev.sallyport.proxy.feed.TopicFeed;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jboss.logging.Logger;

/** Reads the topic of grant states into the directory, from its beginning and for ever. It is also the clock that ends grants. */
public final class GrantFeed implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(GrantFeed.class);
    private static final Duration TICK = Duration.ofMillis(100);

    private final GrantDirectory directory;
    private final TopicFeed feed;
    /** On its own thread: a consumer may wait long for a broker that is not there. */
    private final Thread clock =
            Thread.ofPlatform().name("grant-clock").daemon().unstarted(this::watch);

    private volatile boolean stopping;

    public GrantFeed(GrantDirectory directory, String bootstrapServers) {
        this.directory = directory;
        this.feed = new TopicFeed(
                "grants", Topics.GRANTS_STATE, TopicFeed.Begin.AT_THE_OLDEST, bootstrapServers, new TopicFeed.Reader() {
                    @Override
                    public void read(ConsumerRecord<String, String> record) {
                        apply(record);
                    }

                    @Override
                    public void caughtUp() {
                        directory.catchUp();
                        LOG.infof("%d grants are live", directory.size());
                    }
                });
    }

    public void start() {
        feed.start();
        clock.start();
    }

    /** Where it is, for the health check. */
    public String state() {
        return feed.state();
    }

    private void watch() {
        try {
            while (!stopping) {
                directory.expire();
                Thread.sleep(TICK);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void apply(ConsumerRecord<String, String> record) {
        GrantId grant;
        try {
            grant = new GrantId(record.key());
        } catch (IllegalArgumentException | NullPointerException e) {
            LOG.errorf("a record of %s at offset %d has no grant's id as its key", record.topic(), record.offset());
            return;
        }
        if (record.value() == null) {
            directory.remove(grant, CloseCause.GRANT_CLOSED);
            return;
        }
        try {
            GrantState state =
                    EventJson.read(EventType.GRANT_STATE, record.value()).data();
            if (!state.grantId().equals(grant)) {
                throw new MalformedEventException("it is about another grant than its key");
            }
            directory.put(state);
        } catch (MalformedEventException e) {
            // What cannot be read opens nothing: rather out than in.
            LOG.errorf("the state of grant %s at offset %d cannot be read: %s", grant, record.offset(), e.getMessage());
            directory.remove(grant, CloseCause.GRANT_CLOSED);
        }
    }

    @Override
    public void close() {
        stopping = true;
        clock.interrupt();
        feed.close();
    }
}
