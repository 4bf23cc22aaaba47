package dev.sallyport.broker.grant;

import dev.sallyport.contracts.grants.GrantActivate;

/**
 * How a person's packets reach the db-proxy, as far as something must be arranged for it. Both calls may be repeated and must
 * not block: they run with the decision's transaction.
 */
interface Transport {

    /** As {@link GrantActivate#transport()} says it. */
    String name();

    /** Arranges what the grant needs: {@link Command.SetUp} when it stands, {@link Command.NotSetUp} when it cannot be had. */
    Command setUp(GrantActivate terms);

    /** Removes it; a thing already gone counts as removed. */
    Command takeDown(GrantActivate terms);
}
