package dev.sallyport.proxy.node;

import dev.sallyport.proxy.audit.AuditMeter;
import dev.sallyport.proxy.audit.Outcome;
import dev.sallyport.proxy.cancels.CancelFate;
import dev.sallyport.proxy.cancels.CancelMeter;
import dev.sallyport.proxy.connection.AuthFailure;
import dev.sallyport.proxy.connection.CloseCause;
import dev.sallyport.proxy.connection.ConnectionMeter;
import dev.sallyport.proxy.connection.Node;
import dev.sallyport.proxy.grants.GrantDirectory;
import dev.sallyport.proxy.journal.Journal;
import dev.sallyport.proxy.shipping.Shipper;
import dev.sallyport.proxy.tunnel.TunnelMeter;
import dev.sallyport.proxy.tunnel.TunnelRefusal;
import dev.sallyport.proxy.tunnel.Tunnels;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The node's figures for Prometheus, each known from the start. */
final class Meters implements AuditMeter, CancelMeter, ConnectionMeter, TunnelMeter {

    private final MeterRegistry registry;
    private final LongAdder records;
    private final LongAdder ok;
    private final Counter failed;
    private final Counter skipped;
    private final Counter unknown;
    private final Counter unrecorded;
    private final Losses losses = new Losses();
    private final LongAdder fromClient;
    private final LongAdder toClient;
    private final Counter tunnels;
    private final Counter tunnelsTurnedAway;
    private final Counter tunnelStreams;
    private final Map<TunnelRefusal, Counter> tunnelsRefused = new EnumMap<>(TunnelRefusal.class);
    private final Map<CancelFate, Counter> cancels = new EnumMap<>(CancelFate.class);
    private final Map<String, OfProtocol> protocols = new HashMap<>();

    private record OfProtocol(
            Counter accepted,
            Counter turnedAway,
            Counter opened,
            Map<AuthFailure, Counter> refused,
            Map<CloseCause, Counter> closed) {}

    Meters(MeterRegistry registry, List<String> names) {
        this.registry = registry;
        this.records = adder("sallyport.proxy.journal.records", Tags.empty());
        this.ok = adder("sallyport.proxy.statements", Tags.of("outcome", "ok"));
        this.failed = registry.counter("sallyport.proxy.statements", "outcome", "error");
        this.skipped = registry.counter("sallyport.proxy.statements", "outcome", "skipped");
        this.unknown = registry.counter("sallyport.proxy.statements", "outcome", "unknown");
        this.unrecorded = registry.counter("sallyport.proxy.statements.unrecorded");
        this.fromClient = adder("sallyport.proxy.bytes", Tags.of("direction", "from_client"));
        this.toClient = adder("sallyport.proxy.bytes", Tags.of("direction", "to_client"));
        this.tunnels = registry.counter("sallyport.proxy.tunnels.opened");
        this.tunnelsTurnedAway = registry.counter("sallyport.proxy.tunnels.turned.away");
        this.tunnelStreams = registry.counter("sallyport.proxy.tunnel.streams.opened");
        for (TunnelRefusal why : TunnelRefusal.values()) {
            tunnelsRefused.put(why, registry.counter("sallyport.proxy.tunnels.refused", "cause", why.label()));
        }
        for (CancelFate fate : CancelFate.values()) {
            cancels.put(fate, registry.counter("sallyport.proxy.cancels", "fate", fate.label()));
        }
        names.forEach(name -> protocols.put(name, ofProtocol(name)));
    }

    /** For what is counted with each statement: a registry's own counter also asks for exemplars, each time. */
    private LongAdder adder(String name, Tags tags) {
        LongAdder adder = new LongAdder();
        FunctionCounter.builder(name, adder, LongAdder::sum).tags(tags).register(registry);
        return adder;
    }

    private OfProtocol ofProtocol(String name) {
        Map<AuthFailure, Counter> refused = new EnumMap<>(AuthFailure.class);
        for (AuthFailure why : AuthFailure.values()) {
            refused.put(why, registry.counter("sallyport.proxy.auth.failures", "protocol", name, "cause", why.label()));
        }
        Map<CloseCause, Counter> closed = new EnumMap<>(CloseCause.class);
        for (CloseCause cause : CloseCause.values()) {
            closed.put(
                    cause,
                    registry.counter("sallyport.proxy.connections.closed", "protocol", name, "cause", cause.label()));
        }
        return new OfProtocol(
                registry.counter("sallyport.proxy.connections.accepted", "protocol", name),
                registry.counter("sallyport.proxy.connections.turned.away", "protocol", name),
                registry.counter("sallyport.proxy.sessions.opened", "protocol", name),
                refused,
                closed);
    }

    void watch(Journal journal, Shipper shipper, GrantDirectory grants, Node node) {
        Gauge.builder("sallyport.proxy.journal.backlog.bytes", shipper, Shipper::backlogBytes)
                .register(registry);
        FunctionCounter.builder("sallyport.proxy.journal.flushes", journal, Journal::flushes)
                .register(registry);
        Gauge.builder("sallyport.proxy.journal.segments", journal, Journal::segments)
                .register(registry);
        Gauge.builder("sallyport.proxy.journal.segments.corrupt", journal, Journal::corruptSegments)
                .register(registry);
        Gauge.builder("sallyport.proxy.grants", grants, GrantDirectory::size).register(registry);
        Gauge.builder("sallyport.proxy.connections", node, Node::connections).register(registry);
        Gauge.builder("sallyport.proxy.sessions", node, Node::admitted).register(registry);
        Gauge.builder("sallyport.proxy.connections.unauthenticated", node, Node::atTheDoor)
                .register(registry);
    }

    void watch(Tunnels open) {
        Gauge.builder("sallyport.proxy.tunnels", open, Tunnels::open).register(registry);
        Gauge.builder("sallyport.proxy.tunnel.streams", open, Tunnels::streams).register(registry);
    }

    @Override
    public void opened() {
        tunnels.increment();
    }

    @Override
    public void refused(TunnelRefusal why) {
        counted(tunnelsRefused.get(why));
    }

    @Override
    public void turnedAway() {
        tunnelsTurnedAway.increment();
    }

    @Override
    public void streamOpened() {
        tunnelStreams.increment();
    }

    @Override
    public void appended() {
        records.increment();
    }

    @Override
    public void ended(Outcome outcome) {
        switch (outcome) {
            case Outcome.Ok _ -> ok.increment();
            case Outcome.Failed _ -> failed.increment();
            case Outcome.Skipped _ -> skipped.increment();
            case Outcome.Unknown _ -> unknown.increment();
        }
    }

    @Override
    public void unrecorded(String why) {
        unrecorded.increment();
        losses.lost(why, System.nanoTime());
    }

    @Override
    public void bytesFromClient(long bytes) {
        fromClient.add(bytes);
    }

    @Override
    public void bytesToClient(long bytes) {
        toClient.add(bytes);
    }

    @Override
    public void became(CancelFate fate) {
        counted(cancels.get(fate));
    }

    @Override
    public void accepted(String protocol) {
        of(protocol).accepted().increment();
    }

    @Override
    public void turnedAway(String protocol) {
        of(protocol).turnedAway().increment();
    }

    @Override
    public void refused(String protocol, AuthFailure why) {
        counted(of(protocol).refused().get(why));
    }

    @Override
    public void opened(String protocol) {
        of(protocol).opened().increment();
    }

    @Override
    public void closed(String protocol, CloseCause cause) {
        counted(of(protocol).closed().get(cause));
    }

    private OfProtocol of(String protocol) {
        OfProtocol of = protocols.get(protocol);
        if (of == null) {
            throw new IllegalArgumentException("no protocol is called '" + protocol + "'");
        }
        return of;
    }

    private static void counted(@Nullable Counter counter) {
        if (counter != null) {
            counter.increment();
        }
    }
}
