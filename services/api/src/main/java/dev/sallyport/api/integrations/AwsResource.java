package dev.sallyport.api.integrations;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.sallyport.api.identity.Role;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.aws.AwsAccess;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

@Path("/api/integrations/aws")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@RolesAllowed(Role.ADMIN)
@Tag(name = "integrations")
class AwsResource {

    /** Items of an answer to who asks for no pages; an account seldom has forty. */
    static final int MOST_ITEMS = 10_000;

    private final AwsIntegration integration;
    private final Accounts accounts;
    private final Discovery discovery;
    private final PermissionCheck permissions;
    private final DiscoveryConfig config;
    private final MeterRegistry meters;

    AwsResource(
            AwsIntegration integration,
            Accounts accounts,
            Discovery discovery,
            PermissionCheck permissions,
            DiscoveryConfig config,
            MeterRegistry meters) {
        this.integration = integration;
        this.accounts = accounts;
        this.discovery = discovery;
        this.permissions = permissions;
        this.config = config;
        this.meters = meters;
    }

    @JsonPropertyOrder({"account_id", "arn", "user_id", "region"})
    @Schema(name = "AwsIdentity")
    record UserInfo(
            @Schema(examples = "111111111111") String accountId,

            @Schema(examples = "arn:aws:iam::111111111111:user/sallyport")
            String arn,

            @Schema(examples = "AIDACKCEVSQ6C2EXAMPLE") String userId,
            @Schema(examples = "us-west-2") String region) {}

    /** The accounts to check besides our own. */
    @Schema(name = "VerifyPermissions", examples = "{\"account_ids\": [\"222222222222\"]}")
    record Verify(@JsonProperty("account_ids") @Nullable List<@Nullable String> accountIds) {}

    @PUT
    @Path("/iam/accesskeys")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "putAwsAccessKeys",
            summary = "Store the access to AWS",
            description = "Keys are sealed and never shown again. With a region alone the role of the machine is used.")
    public void put(@NotNull AccessKeys keys) {
        integration.store(keys.source(integration.settings()));
    }

    @DELETE
    @Path("/iam/accesskeys")
    @Operation(operationId = "deleteAwsAccessKeys", summary = "Forget the access to AWS")
    public void delete() {
        integration.forget();
    }

    @GET
    @Path("/iam/userinfo")
    @Operation(operationId = "getAwsIdentity", summary = "Who we are in AWS")
    public UserInfo userInfo() {
        AwsAccess access = integration.access();
        AwsAccess.Identity identity = access.askIdentity();
        return new UserInfo(identity.accountId(), identity.arn(), identity.userId(), access.region());
    }

    @POST
    @Path("/iam/verify")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "verifyAwsPermissions",
            summary = "Which of the needed actions AWS allows us",
            description =
                    "In our own account, and with `account_ids` in those through their role; one that cannot be asked is `unknown`, with its error.")
    public Verification verify(@NotNull Verify body) {
        return permissions.verify(integration.access(), Search.accounts(body.accountIds()));
    }

    /** For clients that send no body at all. */
    @POST
    @Path("/iam/verify")
    @Consumes(MediaType.WILDCARD)
    @Operation(hidden = true)
    public Verification verify() {
        return permissions.verify(integration.access(), List.of());
    }

    @GET
    @Path("/organizations")
    @Operation(operationId = "listAwsAccounts", summary = "The accounts of our organisation, by id")
    public Page<Accounts.Account> organizations(
            @Parameter(schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "200", defaultValue = "50"))
                    @QueryParam("limit")
                    @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return accounts.page(integration.access(), PageQuery.of(limit, cursor));
    }

    @POST
    @Path("/rds/describe-db-instances")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "describeDbInstances",
            summary = "The RDS instances of accounts",
            description =
                    "An account and region that cannot be looked into is an item with its error; so is, with its error, an instance in which no roles can be made. With `limit` the answer comes in pages.")
    public Page<DiscoveredInstance> describe(
            @NotNull Search search,
            @Parameter(schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "200"))
                    @QueryParam("limit")
                    @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        PageQuery asked = PageQuery.of(limit, cursor);
        PageQuery query = limit == null ? new PageQuery(MOST_ITEMS, asked.after()) : asked;
        AwsAccess access = integration.access();
        List<Place> places = search.places(access, usualRegions());
        Timer.Sample timer = Timer.start(meters);
        Page<DiscoveredInstance> found = discovery.page(access, places, query);
        timer.stop(meters.timer("sallyport.aws.search"));
        count(found);
        return found;
    }

    private List<String> usualRegions() {
        return config.regions().orElse(List.of());
    }

    /** Places that could not be looked into, by why. */
    private void count(Page<DiscoveredInstance> found) {
        found.items().stream()
                .filter(item -> item.name() == null)
                .forEach(item -> meters.counter(
                                "sallyport.aws.search.failures", "code", String.valueOf(item.errorCode()))
                        .increment());
    }
}
