package dev.sallyport.proxy.audit;

/** What sessions count besides recording. Called on event loops: must not block. */
public interface AuditMeter {

    /** Counts nothing. */
    AuditMeter NONE = new AuditMeter() {};

    /** A record went into the journal. */
    default void appended() {}

    default void ended(Outcome outcome) {}

    /** A statement goes on that is in no record. Only with the audit mode best effort. */
    default void unrecorded(String why) {}

    default void bytesFromClient(long bytes) {}

    default void bytesToClient(long bytes) {}
}
