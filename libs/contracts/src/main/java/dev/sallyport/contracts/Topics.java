package dev.sallyport.contracts;

/** The Kafka topics. The key of every record is the id of the aggregate, so that its events stay in order. */
public final class Topics {

    /** api → provisioner. The header {@code agent} names the agent that is to act. */
    public static final String DBROLES_COMMANDS = "sallyport.dbroles.commands.v1";
    /** provisioner → api. */
    public static final String DBROLES_PROGRESS = "sallyport.dbroles.progress.v1";
    /** provisioner and db-proxy → api. */
    public static final String AGENTS_HEARTBEATS = "sallyport.agents.heartbeats.v1";
    /** api → grant-broker. */
    public static final String GRANTS_COMMANDS = "sallyport.grants.commands.v1";
    /** grant-broker → api. */
    public static final String GRANTS_PROGRESS = "sallyport.grants.progress.v1";
    /** grant-broker → db-proxy, compacted: one record per live grant, a tombstone when it has ended. */
    public static final String GRANTS_STATE = "sallyport.grants.state.v1";
    /** db-proxy → the other db-proxies, kept for a minute: what a client wants cancelled that the node it came to does not know. */
    public static final String PROXIES_CANCELS = "sallyport.proxies.cancels.v1";
    /** Public: lifecycle of jobs, requests, grants and sessions. */
    public static final String EVENTS = "sallyport.events.v1";
    /** Public: one event per executed statement. */
    public static final String QUERIES = "sallyport.queries.v1";

    /** Where a record goes that no consumer could digest, with its cause in the headers. */
    public static String deadLetters(String topic) {
        return topic + ".dlq";
    }

    private Topics() {}
}
