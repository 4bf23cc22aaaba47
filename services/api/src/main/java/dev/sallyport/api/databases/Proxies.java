package dev.sallyport.api.databases;

import dev.sallyport.api.changes.Changes;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.contracts.configuration.ConfigurationChanged.Kind;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.contracts.grants.ProxyPlace;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.InstantSource;
import java.util.Optional;

/** The deployments of db-proxies. Each method is part of the caller's transaction. */
@ApplicationScoped
public class Proxies {

    private final Changes changes;
    private final InstantSource clock;

    Proxies(Changes changes, InstantSource clock) {
        this.changes = changes;
        this.clock = clock;
    }

    public Uni<Optional<ProxyDeployment>> find(String id) {
        return ProxyRow.<ProxyRow>findById(id)
                .map(row -> Optional.ofNullable(row).map(ProxyRow::toDeployment));
    }

    /** By id. */
    Uni<Page<ProxyDeployment>> page(PageQuery query) {
        return ProxyRow.<ProxyRow>find("id > ?1 order by id", query.after().orElse(""))
                .range(0, query.limit())
                .list()
                .map(rows -> Page.of(rows, query, row -> row.id, ProxyRow::toDeployment));
    }

    /** Makes it, or what it was becomes this; grants that are live keep the place they were made for. */
    Uni<ProxyDeployment> put(String id, String name, String transport, ProxyPlace place, Grantee by) {
        return ProxyRow.<ProxyRow>findById(id, LockModeType.PESSIMISTIC_WRITE).chain(known -> {
            ProxyRow row = known == null ? new ProxyRow() : known;
            String before = known == null ? null : row.told();
            if (known == null) {
                row.id = id;
                row.createdAt = clock.instant();
            }
            row.name = name;
            row.transport = transport;
            row.accountId = place.accountId();
            row.region = place.region();
            row.cluster = place.cluster();
            row.updatedAt = clock.instant();
            row.updatedBy = by.subject();
            return row.<ProxyRow>persist()
                    .call(() -> changes.tell(Kind.PROXY, id, before, row.told(), null, by))
                    .map(ProxyRow::toDeployment);
        });
    }

    /** False when there is none. What still refers to it makes the transaction fail. */
    Uni<Boolean> remove(String id, Grantee by) {
        return ProxyRow.<ProxyRow>findById(id, LockModeType.PESSIMISTIC_WRITE)
                .chain(row -> row == null
                        ? Uni.createFrom().item(false)
                        : row.delete()
                                .chain(() -> changes.tell(Kind.PROXY, id, row.told(), null, null, by))
                                .replaceWith(true));
    }
}
