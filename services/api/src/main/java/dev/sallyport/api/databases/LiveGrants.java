package dev.sallyport.api.databases;

import dev.sallyport.kernel.RdsDatabaseId;
import io.smallrye.mutiny.Uni;
import java.util.Set;

/** What this feature has to know of grants. */
public interface LiveGrants {

    /** How many there are on these roles of a database. Part of the caller's transaction. */
    Uni<Long> on(RdsDatabaseId database, Set<String> roles);
}
