package dev.sallyport.proxy.shipping;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.proxy.audit.JournaledSession;
import dev.sallyport.proxy.feed.ProxyEvents;
import dev.sallyport.proxy.journal.Entry;
import dev.sallyport.proxy.journal.Journal;
import dev.sallyport.proxy.journal.Position;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import net.jpountz.lz4.LZ4Factory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;

/**
 * Ships the journal to Kafka and frees what was acknowledged. One thread; it retries for ever.
 */
public final class Shipper implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(Shipper.class);
    private static final int BATCH_RECORDS = 8_192;
    private static final int REQUEST_BYTES = 256 * 1024;
    /**
     * Between two readings, unless much is waiting: what came meanwhile goes in one request, compressed together. A request costs
     * as much as a dozen events, and nobody looks at statements within a tenth of a second.
     */
    private static final long PACE_NANOS = 50_000_000;

    private static final long CHECKPOINT_NANOS = 2_000_000_000L;
    private static final long RETRY_NANOS = 500_000_000L;

    private final Journal journal;
    private final String bootstrapServers;
    private final CheckpointFile file;
    private final Thread thread;
    private final List<Future<RecordMetadata>> sent = new ArrayList<>();
    private volatile Position shipped;
    private volatile boolean stopping;
    private volatile boolean failing;

    private Shipper(Journal journal, CheckpointFile file, String bootstrapServers, Position shipped) {
        this.journal = journal;
        this.bootstrapServers = bootstrapServers;
        this.file = file;
        this.shipped = shipped;
        this.thread = Thread.ofPlatform().name("journal-shipper").daemon().unstarted(this::run);
    }

    /**
     * Takes up where an earlier process stopped: sessions that it left open are recorded as crashed, and what it left unshipped
     * is shipped, with or without Kafka being there yet.
     */
    public static Shipper start(Journal journal, Path directory, String bootstrapServers, Instant now) {
        CheckpointFile file = new CheckpointFile(directory);
        Checkpoint checkpoint = file.load();
        List<Long> crashed = TrailReader.leftOpen(journal, checkpoint);
        crashed.forEach(session -> JournaledSession.crashed(journal, session, now));
        if (!crashed.isEmpty()) {
            LOG.warnf("%d sessions were open when the proxy died: they are recorded as crashed", crashed.size());
        }
        Shipper shipper = new Shipper(journal, file, bootstrapServers, checkpoint.position());
        shipper.thread.start();
        return shipper;
    }

    /** How many bytes of the journal wait to be shipped. */
    public long backlogBytes() {
        return journal.bytesBehind(shipped);
    }

    /** Whether the last try failed: the broker is not there. */
    public boolean failing() {
        return failing;
    }

    private void run() {
        while (!stopping) {
            Producer<String, byte[]> producer = producer();
            try {
                ship(producer);
            } catch (InterruptedException | InterruptException e) {
                return;
            } catch (Exception e) {
                failing = true;
                LOG.warnf("statements wait in the journal, since they cannot be shipped: %s", reason(e));
                LockSupport.parkNanos(RETRY_NANOS);
            } finally {
                // What was not acknowledged is sent again: nothing to wait for.
                producer.close(Duration.ZERO);
            }
        }
    }

    /** From the last checkpoint on; ends when stopping and all is shipped, or by an exception. */
    private void ship(Producer<String, byte[]> producer) throws Exception {
        Checkpoint now = file.load();
        Position saved = now.position();
        Position position = saved;
        sent.clear();
        TrailReader reader = new TrailReader(journal, now.sessions(), event -> sent.add(send(producer, event)));
        long savedAt = System.nanoTime();
        while (true) {
            long readAt = System.nanoTime();
            Position behind = readBatch(reader, position);
            boolean progress = !behind.equals(position);
            boolean more = sent.size() >= BATCH_RECORDS / 2;
            if (progress) {
                acknowledged(producer);
                position = behind;
                shipped = position;
                failing = false;
            }
            boolean newSegment = position.segment() != saved.segment();
            boolean due = System.nanoTime() - savedAt > CHECKPOINT_NANOS;
            if (!position.equals(saved) && (newSegment || due || (stopping && !progress))) {
                save(new Checkpoint(position, now.sessions()), reader);
                saved = position;
                savedAt = System.nanoTime();
            }
            if (stopping && !progress) {
                return;
            }
            if (!stopping && !more) {
                LockSupport.parkNanos(PACE_NANOS - (System.nanoTime() - readAt));
            }
        }
    }

    private Position readBatch(TrailReader reader, Position from) {
        Position position = from;
        for (int i = 0; i < BATCH_RECORDS && sent.size() < BATCH_RECORDS; i++) {
            Entry entry = journal.read(position);
            if (entry == null) {
                break;
            }
            reader.read(entry);
            position = entry.next();
        }
        return position;
    }

    private void acknowledged(Producer<String, byte[]> producer) throws InterruptedException, ExecutionException {
        producer.flush();
        for (Future<RecordMetadata> one : sent) {
            one.get();
        }
        sent.clear();
    }

    private void save(Checkpoint reached, TrailReader reader) throws IOException {
        file.save(reached, reader.takeChanged());
        journal.free(reached.position(), reached.pinned());
    }

    /** After one that failed none may arrive any more: it would come before those that are sent again. */
    private static Future<RecordMetadata> send(Producer<String, byte[]> producer, Event<?> event) {
        return producer.send(record(event), (_, failure) -> {
            if (failure != null) {
                producer.close(Duration.ZERO);
            }
        });
    }

    private static ProducerRecord<String, byte[]> record(Event<?> event) {
        String topic = EventType.named(event.type()).orElseThrow().topic();
        return new ProducerRecord<>(topic, null, event.subject(), EventJson.bytes(event), ProxyEvents.HEADERS);
    }

    private Producer<String, byte[]> producer() {
        findLz4();
        Map<String, Object> settings = Map.ofEntries(
                Map.entry(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                Map.entry(ProducerConfig.CLIENT_ID_CONFIG, "db-proxy-shipper"),
                Map.entry(ProducerConfig.ACKS_CONFIG, "all"),
                Map.entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true),
                // A broker that has just come back takes a batch of a producer that it does not know, even after it has
                // refused the one before.
                Map.entry(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1),
                Map.entry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4"),
                Map.entry(ProducerConfig.BATCH_SIZE_CONFIG, REQUEST_BYTES),
                Map.entry(ProducerConfig.LINGER_MS_CONFIG, 2),
                Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000),
                Map.entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000),
                Map.entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 30_000),
                Map.entry(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false),
                Map.entry(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000));
        return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
    }

    /**
     * LZ4 in machine code is several times as fast as in Java. Under Quarkus' class loader Kafka's client uses it only when
     * somebody has asked for it before.
     */
    private static void findLz4() {
        try {
            LZ4Factory.nativeInstance();
        } catch (RuntimeException | LinkageError e) {
            LOG.debugf("LZ4 in Java is used: %s", e);
        }
    }

    private static String reason(Exception e) {
        Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
        return cause.getClass().getSimpleName() + ": " + cause.getMessage();
    }

    /** Ships what can be shipped within {@code patience}, and stops. The rest stays in the journal. */
    public void stop(Duration patience) {
        stopping = true;
        try {
            if (!thread.join(patience)) {
                thread.interrupt();
                thread.join(Duration.ofSeconds(2));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        stop(Duration.ofSeconds(5));
    }
}
