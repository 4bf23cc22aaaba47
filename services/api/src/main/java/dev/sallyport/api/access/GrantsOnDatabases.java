package dev.sallyport.api.access;

import dev.sallyport.api.databases.LiveGrants;
import dev.sallyport.kernel.RdsDatabaseId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;

@ApplicationScoped
class GrantsOnDatabases implements LiveGrants {

    @Override
    public Uni<Long> on(RdsDatabaseId database, Set<String> roles) {
        return GrantRow.count(
                "target = ?1 and role in ?2 and status in ?3", database.toString(), roles, GrantStatus.LIVE);
    }
}
