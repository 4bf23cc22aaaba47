package dev.sallyport.proxy.cancels;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.Topics;
import dev.sallyport.contracts.sessions.SessionCancel;
import dev.sallyport.proxy.feed.ProxyEvents;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;

/**
 * Writes to the topic, on a thread of its own, after it has seen to it that there is one. What Kafka does not take in a few
 * seconds is dropped: a late cancel is worse than none.
 */
final class Teller implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Teller.class);
    private static final int MAX_WAITING = 256;
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final int DELIVERY_MILLIS = 3_000;

    private final String bootstrapServers;
    private final Optional<Short> replicas;
    private final InstantSource clock;
    private final CancelMeter meter;
    private final BlockingQueue<Event<SessionCancel>> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Thread thread =
            Thread.ofPlatform().name("cancels-out").daemon().unstarted(this::run);

    Teller(String bootstrapServers, Optional<Short> replicas, InstantSource clock, CancelMeter meter) {
        this.bootstrapServers = bootstrapServers;
        this.replicas = replicas;
        this.clock = clock;
        this.meter = meter;
    }

    void start() {
        thread.start();
    }

    /** Never blocks. */
    void tell(SessionCancel cancel) {
        Event<SessionCancel> event =
                Event.of(EventType.SESSION_CANCEL, ProxyEvents.SOURCE, cancel.digest(), clock.instant(), cancel);
        if (!waiting.offer(event)) {
            meter.became(CancelFate.LOST);
        }
    }

    private void run() {
        String said = "";
        while (!Thread.currentThread().isInterrupted()) {
            try {
                CancelTopic.ensure(bootstrapServers, replicas);
                sendAll();
            } catch (InterruptedException | InterruptException e) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | RuntimeException e) {
                String why = String.valueOf(e.getMessage());
                if (!why.equals(said)) {
                    LOG.warnf("other nodes are not told of cancels, trying again: %s", why);
                }
                said = why;
                pause();
            }
        }
    }

    private void sendAll() throws InterruptedException {
        Producer<String, String> producer = producer();
        try {
            while (true) {
                send(producer, waiting.take());
            }
        } finally {
            producer.close(Duration.ZERO);
        }
    }

    private void send(Producer<String, String> producer, Event<SessionCancel> event) {
        long askedMillis = event.time().toEpochMilli();
        if (clock.millis() - askedMillis > CancelExchange.HEEDED.toMillis()) {
            meter.became(CancelFate.LOST);
            return;
        }
        ProducerRecord<String, String> record = new ProducerRecord<>(
                Topics.PROXIES_CANCELS,
                null,
                askedMillis,
                event.subject(),
                EventJson.write(event),
                ProxyEvents.HEADERS);
        try {
            producer.send(record, (_, failure) -> meter.became(failure == null ? CancelFate.TOLD : CancelFate.LOST));
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            LOG.debugf("a cancel was not told: %s", e.getMessage());
            meter.became(CancelFate.LOST);
        }
    }

    private Producer<String, String> producer() {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
                        ProducerConfig.CLIENT_ID_CONFIG, "db-proxy-cancels",
                        ProducerConfig.LINGER_MS_CONFIG, 0,
                        ProducerConfig.MAX_BLOCK_MS_CONFIG, DELIVERY_MILLIS,
                        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS,
                        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS,
                        ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000),
                new StringSerializer(),
                new StringSerializer());
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(2));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
