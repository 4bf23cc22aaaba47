package dev.sallyport.contracts.audit;

import dev.sallyport.kernel.AgentId;
import java.time.Instant;

/**
 * A db-proxy found at its start that a part of its journal cannot be read: statements may be missing from the record. The file was
 * set aside as it was found; what can still be read of it is shipped.
 *
 * @param proxy whose journal it is
 * @param segment the number of the file
 * @param offset where the damage begins, in bytes from the start of the file
 * @param bytes how long it is
 */
public record JournalDamaged(AgentId proxy, long segment, int offset, int bytes, Instant foundAt) {}
