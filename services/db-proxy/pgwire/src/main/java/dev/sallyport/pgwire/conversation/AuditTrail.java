package dev.sallyport.pgwire.conversation;

/** Where a {@link Conversation} says what it sees. Called in the order of the protocol, on the conversation's thread. */
public interface AuditTrail {

    /**
     * The client has a statement executed. One intent is told at a time, from here to {@link Recording#ready}.
     *
     * @param kind {@code simple}, {@code replication} for a query to a walsender, {@code execute}, {@code function_call}, or {@code parse}, {@code bind}, {@code sync} for
     *     what the target refused before or after an execution
     */
    Recording begin(String kind);

    /** What the target says about its transaction when it is ready for more. */
    void transaction(TransactionStatus status);

    /** The target reports one of its parameters, for instance {@code client_encoding}. */
    void parameterStatus(String name, String value);
}
