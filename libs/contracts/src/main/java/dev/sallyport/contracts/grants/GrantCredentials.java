package dev.sallyport.contracts.grants;

import dev.sallyport.kernel.GrantId;

/**
 * Command: let the grant be used with a new secret; the one before is worth nothing from then on.
 *
 * @param version counts up from 1; an older one is passed over
 */
public record GrantCredentials(GrantId grantId, int version, LoginVerifiers verifiers) {}
