package dev.sallyport.contracts.sessions;

/**
 * A client wants cancelled what runs in a session that the db-proxy it came to does not have. The one that has it does so; to
 * all others it means nothing. By the time of the record it is done at once or not at all.
 *
 * @param protocol {@code postgres}
 * @param digest of what the client showed, SHA-256 in lower case hexadecimal: for PostgreSQL of the process id, four bytes big
 *     endian, and the secret key behind it
 */
public record SessionCancel(String protocol, String digest) {}
