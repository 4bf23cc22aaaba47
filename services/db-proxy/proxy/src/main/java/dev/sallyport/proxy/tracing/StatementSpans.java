package dev.sallyport.proxy.tracing;

import dev.sallyport.proxy.audit.Outcome;
import dev.sallyport.proxy.audit.StatementTrace;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.concurrent.TimeUnit;

/** The spans of the statements of one session, each made when its outcome is known. Confined to the session's event loop. */
final class StatementSpans implements StatementTrace {

    private static final AttributeKey<String> OPERATION = AttributeKey.stringKey("db.operation.name");
    private static final AttributeKey<String> STATUS_CODE = AttributeKey.stringKey("db.response.status_code");
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");
    private static final AttributeKey<String> KIND = AttributeKey.stringKey("sallyport.statement.kind");
    private static final AttributeKey<Long> SEQUENCE = AttributeKey.longKey("sallyport.statement.sequence");
    private static final AttributeKey<Long> ROWS = AttributeKey.longKey("sallyport.statement.rows");

    private final Tracer tracer;
    private final Context session;
    private final Attributes common;
    private final String database;

    /** @param common what all of them have */
    StatementSpans(Tracer tracer, Context session, Attributes common, String database) {
        this.tracer = tracer;
        this.session = session;
        this.common = common;
        this.database = database;
    }

    @Override
    public Begun begun(String kind, long startedAtMicros, byte[] text, int from, int length) {
        String operation = SqlGlance.operation(text, from, length);
        SpanBuilder span = tracer.spanBuilder(operation.isEmpty() ? database : operation + " " + database)
                .setParent(session)
                .setSpanKind(SpanKind.CLIENT)
                .setStartTimestamp(startedAtMicros, TimeUnit.MICROSECONDS)
                .setAllAttributes(common)
                .setAttribute(KIND, kind);
        if (!operation.isEmpty()) {
            span.setAttribute(OPERATION, operation);
        }
        SqlGlance.trace(text, from, length).ifPresent(span::addLink);
        return (sequence, durationMicros, outcome) -> end(span, startedAtMicros + durationMicros, sequence, outcome);
    }

    private static void end(SpanBuilder builder, long endedAtMicros, long sequence, Outcome outcome) {
        if (outcome instanceof Outcome.Skipped) {
            return;
        }
        if (sequence > 0) {
            builder.setAttribute(SEQUENCE, sequence);
        }
        Span span = builder.startSpan();
        switch (outcome) {
            case Outcome.Ok ok -> {
                if (ok.rows() != null) {
                    span.setAttribute(ROWS, ok.rows());
                }
            }
            case Outcome.Failed failed -> {
                String code = code(failed);
                span.setAttribute(STATUS_CODE, code);
                span.setAttribute(ERROR_TYPE, code);
                span.setStatus(StatusCode.ERROR);
            }
            case Outcome.Unknown _ -> {
                span.setAttribute(ERROR_TYPE, "unknown");
                span.setStatus(StatusCode.ERROR);
            }
            case Outcome.Skipped _ -> {}
        }
        span.end(endedAtMicros, TimeUnit.MICROSECONDS);
    }

    /** MySQL's number, else the SQLSTATE. */
    private static String code(Outcome.Failed failed) {
        if (failed.errorCode() != null) {
            return failed.errorCode().toString();
        }
        return failed.sqlState() == null ? "_OTHER" : failed.sqlState();
    }
}
