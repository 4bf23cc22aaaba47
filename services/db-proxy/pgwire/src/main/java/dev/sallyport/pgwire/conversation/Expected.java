package dev.sallyport.pgwire.conversation;

/** A message of the client's that the target owes something for, in the order in which they were sent. */
sealed interface Expected {

    /** Ends with ReadyForQuery. */
    record Query(Execution execution) implements Expected {}

    /** FunctionCallResponse, then ReadyForQuery. */
    record FunctionCall(Execution execution) implements Expected {}

    /** ParseComplete. */
    record Parse(Prepared prepared) implements Expected {}

    /** BindComplete. */
    record Bind(Portal portal) implements Expected {}

    /** ParameterDescription, then RowDescription or NoData. */
    record DescribeStatement(Prepared prepared) implements Expected {}

    /** RowDescription or NoData. */
    record DescribePortal(Portal portal) implements Expected {}

    /** Rows or a copy, then CommandComplete, EmptyQueryResponse or PortalSuspended. */
    record Execute(Execution execution, Portal portal) implements Expected {}

    /** CloseComplete. */
    record CloseStatement(Prepared closed) implements Expected {}

    /** CloseComplete. */
    record ClosePortal(String name) implements Expected {}

    /** ReadyForQuery. */
    record Sync() implements Expected {}

    /** The client's end of a copy, sent before it could know whether there is one. Nothing is owed. */
    record CopyEnd() implements Expected {}

    Sync SYNC = new Sync();
    CopyEnd COPY_END = new CopyEnd();
}
