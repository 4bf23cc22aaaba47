package dev.sallyport.pgwire.conversation;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A prepared statement bound to parameters: what one Bind stands for. */
final class Portal {

    /** One parameter, readable; its value is null for NULL. */
    record Parameter(String type, @Nullable String value) {}

    final String name;
    final Prepared prepared;
    final List<Parameter> parameters;
    private final int retainedBytes;
    /** The target has made it. */
    boolean bound;

    Portal(String name, Prepared prepared, List<Parameter> parameters) {
        this.name = name;
        this.prepared = prepared;
        this.parameters = parameters;
        this.retainedBytes = Retention.OVERHEAD_BYTES
                + parameters.stream().mapToInt(Portal::retainedBytes).sum();
    }

    /** One that was not made by a Bind that we saw, for instance a cursor. */
    static Portal unseen(String name) {
        return new Portal(name, Prepared.unseenPortal(name), List.of());
    }

    /** Any execution of {@code prepared}, whatever its parameters. */
    static Portal of(Prepared prepared) {
        return new Portal("", prepared, List.of());
    }

    /** The commit that a Sync makes. */
    static Portal commit() {
        return new Portal("", Prepared.labelled("<commit at Sync>"), List.of());
    }

    /** Whether this is {@code culprit}, or another execution of what it prepared. */
    boolean isOf(Portal culprit) {
        return this == culprit || prepared == culprit.prepared;
    }

    int retainedBytes() {
        return retainedBytes;
    }

    private static int retainedBytes(Parameter parameter) {
        String value = parameter.value();
        return 40 + (value == null ? 0 : 2 * value.length());
    }

    /** Tells an intent what is to be executed. */
    void tell(Recording recording) {
        recording.sql(prepared.sql());
        for (Parameter parameter : parameters) {
            recording.parameter(parameter.type(), parameter.value());
        }
        recording.ready();
    }
}
