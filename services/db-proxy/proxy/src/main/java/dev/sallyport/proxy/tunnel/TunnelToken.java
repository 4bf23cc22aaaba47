package dev.sallyport.proxy.tunnel;

import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.TunnelId;

/**
 * What a valid token says.
 *
 * @param subject whom it was given to
 */
record TunnelToken(String subject, GrantId grantId, TunnelId tunnelId) {}
