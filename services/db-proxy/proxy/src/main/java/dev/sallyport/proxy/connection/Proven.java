package dev.sallyport.proxy.connection;

import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.kernel.TunnelId;

/**
 * What a tunnel has proved of every connection in it: whose they are, and for which grant.
 *
 * @param login of the grant
 * @param tunnelId for the record
 */
public record Proven(String login, TunnelId tunnelId) {

    /** Whether the client of a tunnel may call itself {@code user}: the database user, the role, or the grant's login. */
    public static boolean isUserOf(GrantState grant, String user) {
        return user.equals(grant.login())
                || user.equals(grant.target().databaseUser())
                || user.equals(grant.target().role());
    }
}
