package dev.sallyport.api.databases;

import dev.sallyport.api.database.Constraints;
import dev.sallyport.api.database.Transactions;
import dev.sallyport.api.identity.Caller;
import dev.sallyport.api.identity.Role;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.contracts.grants.Grantee;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

@Path("/api/databases")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "databases")
class DatabasesResource {

    private final Transactions transactions;
    private final Databases databases;
    private final Proxies proxies;
    private final Registration registration;
    private final LiveGrants grants;
    private final Caller caller;

    DatabasesResource(
            Transactions transactions,
            Databases databases,
            Proxies proxies,
            Registration registration,
            LiveGrants grants,
            Caller caller) {
        this.transactions = transactions;
        this.databases = databases;
        this.proxies = proxies;
        this.registration = registration;
        this.grants = grants;
        this.caller = caller;
    }

    @GET
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(operationId = "listDatabases", summary = "The registered databases, by id")
    public Page<RegisteredDatabase> list(
            @QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
        PageQuery query = PageQuery.of(limit, cursor);
        return transactions.call(() -> databases
                .behind(query.after().orElse(""), query.rows())
                .map(found -> Page.of(found, query, RegisteredDatabase::id, one -> one)));
    }

    @GET
    @Path("/{id}")
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(operationId = "getDatabase", summary = "One registered database")
    public RegisteredDatabase get(@PathParam("id") String id) {
        return transactions
                .call(() -> databases.named(id))
                .orElseThrow(() -> ProblemException.notFound("database", id));
    }

    @PUT
    @Path("/{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Role.ADMIN)
    @Operation(
            operationId = "putDatabase",
            summary = "Register a database, or change how it is registered",
            description =
                    "AWS is asked for the engine, the host and the port that are left out, and for the instance's tags.")
    public RegisteredDatabase put(@PathParam("id") String id, @NotNull DatabaseSpec body) {
        Fields.checked("id", id, Fields.ID, "1 to 63 lower-case letters, digits and hyphens");
        Resolved resolved = registration.resolve(body, proxy(body.proxyId()));
        Grantee by = caller.grantee();
        try {
            return transactions.call(() -> databases.put(id, body, resolved, by));
        } catch (RuntimeException e) {
            if (Constraints.violated(e)
                    .filter("registered_database_target"::equals)
                    .isPresent()) {
                throw ProblemException.conflict(
                        "database_registered",
                        resolved.instance() + "/" + body.database() + " is registered under another id");
            }
            throw e;
        }
    }

    private Optional<ProxyDeployment> proxy(@Nullable String id) {
        if (id == null) {
            return Optional.empty();
        }
        return Optional.of(transactions
                .call(() -> proxies.find(id))
                .orElseThrow(() -> new ProblemException(
                        422, "unknown_proxy", "there is no proxy '" + id + "': PUT /api/proxies/" + id + " first")));
    }

    @DELETE
    @Path("/{id}")
    @RolesAllowed(Role.ADMIN)
    @Operation(operationId = "deleteDatabase", summary = "Forget a registered database on which no grant is live")
    public void delete(@PathParam("id") String id) {
        Grantee by = caller.grantee();
        boolean removed = transactions.call(() -> databases.named(id).chain(found -> {
            if (found.isEmpty()) {
                return Uni.createFrom().item(false);
            }
            RegisteredDatabase database = found.get();
            return grants.on(database.databaseId(), database.usernames())
                    .invoke(live -> {
                        if (live > 0) {
                            throw ProblemException.conflict(
                                    "grants_active", live + " grants on '" + id + "' are live: close them first");
                        }
                    })
                    .chain(() -> databases.remove(id, by));
        }));
        if (!removed) {
            throw ProblemException.notFound("database", id);
        }
    }
}
