package dev.sallyport.proxy.tracing;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import java.time.Instant;
import java.time.InstantSource;

/** Makes the spans of this node. There is one when tracing is on, and none else. Any thread. */
public final class Tracing {

    private final Tracer tracer;
    private final InstantSource clock;

    public Tracing(OpenTelemetry telemetry, InstantSource clock) {
        this.tracer = telemetry.getTracer("dev.sallyport.db-proxy");
        this.clock = clock;
    }

    /**
     * A client has connected. Nothing is traced of it until it says who it is.
     *
     * @param clientAddress as the audit shows it
     */
    public ConnectionTrace accepted(String protocol, String clientAddress) {
        return new ConnectionTrace(this, protocol, clientAddress);
    }

    Tracer tracer() {
        return tracer;
    }

    Instant now() {
        return clock.instant();
    }
}
