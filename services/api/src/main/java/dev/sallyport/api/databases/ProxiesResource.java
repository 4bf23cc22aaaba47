package dev.sallyport.api.databases;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sallyport.api.database.Constraints;
import dev.sallyport.api.database.Transactions;
import dev.sallyport.api.identity.Caller;
import dev.sallyport.api.identity.Role;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.contracts.grants.GrantActivate;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.contracts.grants.ProxyPlace;
import io.smallrye.common.annotation.RunOnVirtualThread;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

@Path("/api/proxies")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "databases")
class ProxiesResource {

    private final Transactions transactions;
    private final Proxies proxies;
    private final Caller caller;

    ProxiesResource(Transactions transactions, Proxies proxies, Caller caller) {
        this.transactions = transactions;
        this.proxies = proxies;
        this.caller = caller;
    }

    @Schema(
            name = "ProxySpec",
            requiredProperties = {"account_id", "region", "cluster"})
    record Spec(
            @Schema(description = "For people; the id without it.") @JsonProperty("name") @Nullable String name,

            @Schema(
                    enumeration = {"ssm", "direct"},
                    defaultValue = "ssm",
                    description = "Whether people reach it through AWS Systems Manager, or connect to it themselves.")
            @JsonProperty("transport")
            @Nullable String transport,

            @JsonProperty("account_id") @Nullable String accountId,
            @JsonProperty("region") @Nullable String region,
            @JsonProperty("cluster") @Nullable String cluster) {}

    @GET
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(operationId = "listProxies", summary = "The deployments of db-proxies, by id")
    public Page<ProxyDeployment> list(
            @QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
        PageQuery query = PageQuery.of(limit, cursor);
        return transactions.call(() -> proxies.page(query));
    }

    @GET
    @Path("/{id}")
    @RolesAllowed({Role.ADMIN, Role.AUDITOR})
    @Operation(operationId = "getProxy", summary = "One deployment of db-proxies")
    public ProxyDeployment get(@PathParam("id") String id) {
        return transactions.call(() -> proxies.find(id)).orElseThrow(() -> ProblemException.notFound("proxy", id));
    }

    @PUT
    @Path("/{id}")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Role.ADMIN)
    @Operation(
            operationId = "putProxy",
            summary = "Register a deployment of db-proxies in ECS",
            description =
                    "With the transport ssm, grants on databases that name it are reached through AWS Systems Manager.")
    public ProxyDeployment put(@PathParam("id") String id, @NotNull Spec body) {
        Fields.checked("id", id, Fields.ID, "1 to 63 lower-case letters, digits and hyphens");
        String name = body.name() == null
                ? id
                : Fields.checked("name", body.name(), Fields.NAME, "1 to 100 printable characters");
        String transport = body.transport() == null ? GrantActivate.SSM : body.transport();
        if (!transport.equals(GrantActivate.SSM) && !transport.equals(GrantActivate.DIRECT)) {
            throw ProblemException.badRequest("invalid_field", "'transport' is ssm or direct");
        }
        String account = Fields.present("account_id", body.accountId(), Fields.ACCOUNT, "an AWS account: 12 digits");
        String region = Fields.present("region", body.region(), Fields.REGION, "an AWS region such as us-west-2");
        String cluster = Fields.present("cluster", body.cluster(), Fields.CLUSTER, "the name of an ECS cluster");
        Grantee by = caller.grantee();
        return transactions.call(
                () -> proxies.put(id, name, transport, new ProxyPlace(id, account, region, cluster), by));
    }

    @DELETE
    @Path("/{id}")
    @RolesAllowed(Role.ADMIN)
    @Operation(operationId = "deleteProxy", summary = "Forget a deployment of db-proxies that nothing names any more")
    public void delete(@PathParam("id") String id) {
        Grantee by = caller.grantee();
        try {
            if (!transactions.call(() -> proxies.remove(id, by))) {
                throw ProblemException.notFound("proxy", id);
            }
        } catch (ProblemException e) {
            throw e;
        } catch (RuntimeException e) {
            if (Constraints.violated(e).isPresent()) {
                throw ProblemException.conflict(
                        "proxy_in_use",
                        "databases or connections name the proxy '" + id + "': change or delete these first");
            }
            throw e;
        }
    }
}
