package dev.sallyport.broker.grant;

import dev.sallyport.contracts.grants.GrantActivate;
import dev.sallyport.kernel.GrantId;
import io.smallrye.mutiny.Uni;
import java.util.Optional;

/**
 * How a person's packets reach the db-proxy, as far as something must be arranged for it. All calls may be repeated and run
 * with the decision's transaction: what takes time is written down in it, done later, and told by {@link Grants#learn}.
 */
public interface Transport {

    /** As {@link GrantActivate#transport()} says it. */
    String name();

    /** Whether grants may be given with it here and now. */
    boolean available();

    /**
     * Arranges what the grant needs: {@link Command.SetUp} when it stands, {@link Command.NotSetUp} when it cannot be had, empty
     * while it is not known yet.
     */
    Uni<Optional<Command>> setUp(GrantActivate terms);

    /** Removes it: {@link Command.TakenDown}, or empty while that is not done; a thing already gone counts as removed. */
    Uni<Optional<Command>> takeDown(GrantId grant);

    /** Forgets what was arranged, without removing it. */
    Uni<Void> leaveBehind(GrantId grant);
}
