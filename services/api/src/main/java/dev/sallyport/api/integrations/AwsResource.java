package dev.sallyport.api.integrations;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.sallyport.api.identity.Role;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.aws.AwsAccess;
import dev.sallyport.aws.AwsException;
import dev.sallyport.aws.AwsSettings;
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
import java.util.Comparator;
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

    /** Accounts in one search. */
    static final int MAX_ACCOUNTS = 500;

    private final AwsIntegration integration;
    private final Discovery discovery;

    AwsResource(AwsIntegration integration, Discovery discovery) {
        this.integration = integration;
        this.discovery = discovery;
    }

    @JsonPropertyOrder({"account_id", "arn", "user_id", "region"})
    @Schema(name = "AwsIdentity")
    record UserInfo(
            @Schema(examples = "111111111111") String accountId,

            @Schema(examples = "arn:aws:iam::111111111111:user/sallyport")
            String arn,

            @Schema(examples = "AIDACKCEVSQ6C2EXAMPLE") String userId,
            @Schema(examples = "us-west-2") String region) {}

    @JsonPropertyOrder({"account_id", "name", "email", "status"})
    @Schema(name = "AwsAccount")
    record Account(
            @Schema(examples = "111111111111") String accountId,
            @Schema(examples = "production") String name,
            @Schema(examples = "aws@example.com") String email,
            @Schema(examples = "ACTIVE") String status) {}

    /** Our own account when no others are named. */
    @Schema(name = "DescribeDbInstances", examples = "{\"account_ids\": [\"111111111111\", \"222222222222\"]}")
    record Search(@JsonProperty("account_ids") @Nullable List<@Nullable String> accountIds) {}

    @PUT
    @Path("/iam/accesskeys")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "putAwsAccessKeys",
            summary = "Store the access to AWS",
            description = "Keys are sealed and never shown again. With a region alone the role of the machine is used.")
    public void put(@NotNull AccessKeys keys) {
        integration.store(keys.source(integration.instanceRoleAllowed()));
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
    @Operation(operationId = "verifyAwsPermissions", summary = "Which of the needed actions AWS allows us")
    public PermissionCheck.Verdict verify() {
        return PermissionCheck.of(integration.access());
    }

    @GET
    @Path("/organizations")
    @Operation(operationId = "listAwsAccounts", summary = "The accounts of our organisation, by id")
    public Page<Account> organizations(
            @Parameter(schema = @Schema(type = SchemaType.INTEGER, minimum = "1", maximum = "200", defaultValue = "50"))
                    @QueryParam("limit")
                    @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        PageQuery query = PageQuery.of(limit, cursor);
        AwsAccess access = integration.access();
        List<Account> accounts = AwsException.calling(
                "organizations:ListAccounts",
                () -> access.home().organizations().listAccountsPaginator().stream()
                        .flatMap(page -> page.accounts().stream())
                        .map(account ->
                                new Account(account.id(), account.name(), account.email(), account.statusAsString()))
                        .filter(account ->
                                account.accountId().compareTo(query.after().orElse("")) > 0)
                        .sorted(Comparator.comparing(Account::accountId))
                        .limit(query.rows())
                        .toList());
        return Page.of(accounts, query, Account::accountId, account -> account);
    }

    @POST
    @Path("/rds/describe-db-instances")
    @Consumes(MediaType.APPLICATION_JSON)
    @Operation(
            operationId = "describeDbInstances",
            summary = "The RDS instances of accounts",
            description =
                    "An account that cannot be looked into is an item with its error; so is, with its error, an instance of an engine that is not supported.")
    public Page<DiscoveredInstance> describe(@NotNull Search search) {
        List<String> asked = accounts(search);
        AwsAccess access = integration.access();
        List<String> accounts = asked.isEmpty() ? List.of(access.identity().accountId()) : asked;
        return Page.whole(discovery.instances(access, accounts));
    }

    private static List<String> accounts(Search search) {
        List<@Nullable String> asked = search.accountIds() == null ? List.of() : search.accountIds();
        if (asked.size() > MAX_ACCOUNTS) {
            throw ProblemException.badRequest(
                    "too_many_accounts", "account_ids holds at most " + MAX_ACCOUNTS + " accounts");
        }
        return asked.stream().map(AwsResource::account).distinct().toList();
    }

    private static String account(@Nullable String id) {
        try {
            return AwsSettings.checkAccount(String.valueOf(id));
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest("invalid_account_id", "account_ids holds account ids of twelve digits");
        }
    }
}
