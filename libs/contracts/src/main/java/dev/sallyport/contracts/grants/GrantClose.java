package dev.sallyport.contracts.grants;

import dev.sallyport.kernel.GrantId;

/**
 * Command: end a grant before its time.
 *
 * @param reason {@code closed} by its owner, or {@code revoked} by someone else
 * @param closedBy the subject of who did it
 * @param force whether it counts as closed before its transport was taken down: for a transport that cannot be reached
 */
public record GrantClose(GrantId grantId, String reason, String closedBy, boolean force) {}
