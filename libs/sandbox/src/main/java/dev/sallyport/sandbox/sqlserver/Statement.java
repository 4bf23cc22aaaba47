package dev.sallyport.sandbox.sqlserver;

/** A statement that was understood. */
@FunctionalInterface
interface Statement {

    /** @throws SqlError as the server would answer */
    void run(Session session);
}
