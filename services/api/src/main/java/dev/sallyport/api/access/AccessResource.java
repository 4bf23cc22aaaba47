package dev.sallyport.api.access;

import dev.sallyport.api.access.Requests.Verdict;
import dev.sallyport.api.identity.Person;
import dev.sallyport.api.identity.Role;
import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.kernel.RdsDatabaseId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

@Path("/api/access")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "access")
class AccessResource {

    private final Actor actor;
    private final Ensure ensure;
    private final Requests requests;
    private final RequestList list;
    private final Grants grants;
    private final Credentials credentials;
    private final AccessConfig config;

    AccessResource(
            Actor actor,
            Ensure ensure,
            Requests requests,
            RequestList list,
            Grants grants,
            Credentials credentials,
            AccessConfig config) {
        this.actor = actor;
        this.ensure = ensure;
        this.requests = requests;
        this.list = list;
        this.grants = grants;
        this.credentials = credentials;
        this.config = config;
    }

    @Schema(name = "WantedEntitlement")
    record Wanted(@Nullable String target, @Nullable String role) {}

    @Schema(name = "Ensure")
    record EnsureBody(
            @Nullable List<Wanted> entitlements,
            @Nullable String reason,
            @Nullable String ticket,
            @Nullable Long durationSeconds,
            @Nullable Boolean breakglass,
            @Nullable Boolean dryRun) {}

    @Schema(name = "EnsureAnswer")
    record EnsureAnswer(List<Ensure.Item> items) {}

    @Schema(name = "DecisionBody")
    record DecisionBody(@Nullable String comment) {}

    /** @param extension which extension it is to be, counted from 1: said twice, it is made once */
    @Schema(name = "ExtendBody")
    record ExtendBody(
            @Nullable Long durationSeconds, @Nullable Integer extension) {}

    @Schema(name = "GrantCredentials")
    record CredentialsView(
            String grantId,
            int version,
            String host,
            int port,
            String username,
            String password,
            String database,
            String engine,
            String url,
            String command) {

        /** The record's own would show the password. */
        @Override
        public String toString() {
            return "CredentialsView[" + grantId + "]";
        }
    }

    @POST
    @Path("/ensure")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Role.USER)
    @Operation(operationId = "ensureAccess", summary = "Have a live grant or an open request for each entitlement")
    public EnsureAnswer ensure(@Nullable EnsureBody body) {
        Person person = actor.person();
        Ensure.Wish wish = wish(body);
        return new EnsureAnswer(ensure.ensure(person, wish));
    }

    @GET
    @Path("/requests")
    @RolesAllowed(Role.USER)
    @Operation(
            operationId = "listRequests",
            summary =
                    "Requests, the newest first: mine, or all for who decides or audits; or those that I may decide on")
    public Page<RequestView> requests(
            @QueryParam("to_review") @Nullable String toReview,
            @QueryParam("limit") @Nullable String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        PageQuery query = PageQuery.of(limit, cursor);
        return "true".equals(toReview) ? list.toReview(actor.person(), query) : list.page(actor.person(), query);
    }

    @GET
    @Path("/requests/{id}")
    @RolesAllowed(Role.USER)
    @Operation(operationId = "getRequest", summary = "One request")
    public RequestView request(@PathParam("id") String id) {
        return list.get(actor.person(), id);
    }

    @POST
    @Path("/requests/{id}/approve")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Role.USER)
    @Operation(operationId = "approveRequest", summary = "Approve somebody else's request")
    public RequestView approve(@PathParam("id") String id, @Nullable DecisionBody body) {
        return requests.decide(actor.person(), id, Verdict.APPROVE, comment(body));
    }

    @POST
    @Path("/requests/{id}/deny")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Role.USER)
    @Operation(operationId = "denyRequest", summary = "Deny somebody else's request")
    public RequestView deny(@PathParam("id") String id, @Nullable DecisionBody body) {
        return requests.decide(actor.person(), id, Verdict.DENY, comment(body));
    }

    @POST
    @Path("/requests/{id}/cancel")
    @RolesAllowed(Role.USER)
    @Operation(operationId = "cancelRequest", summary = "Take my own request back")
    public RequestView cancel(@PathParam("id") String id) {
        return requests.cancel(actor.person(), id);
    }

    @GET
    @Path("/grants")
    @RolesAllowed(Role.USER)
    @Operation(operationId = "listGrants", summary = "Grants, the newest first: mine, or all for who decides or audits")
    public Page<GrantView> grants(
            @QueryParam("limit") @Nullable String limit, @QueryParam("cursor") @Nullable String cursor) {
        return grants.page(actor.person(), PageQuery.of(limit, cursor));
    }

    @GET
    @Path("/grants/{id}")
    @RolesAllowed(Role.USER)
    @Operation(operationId = "getGrant", summary = "One grant")
    public GrantView grant(@PathParam("id") String id) {
        return grants.get(actor.person(), id);
    }

    @POST
    @Path("/grants/{id}/close")
    @RolesAllowed(Role.USER)
    @Operation(operationId = "closeGrant", summary = "End a grant before its time")
    public RestResponse<GrantView> close(@PathParam("id") String id) {
        return RestResponse.status(RestResponse.Status.ACCEPTED, grants.close(actor.person(), id));
    }

    @POST
    @Path("/grants/{id}/activate")
    @RolesAllowed(Role.USER)
    @Operation(operationId = "activateGrant", summary = "Begin my approved grant, or try again what failed")
    public RestResponse<GrantView> activate(@PathParam("id") String id) {
        return RestResponse.status(RestResponse.Status.ACCEPTED, grants.activate(actor.person(), id));
    }

    @POST
    @Path("/grants/{id}/extend")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Role.USER)
    @Operation(operationId = "extendGrant", summary = "Let my active grant last longer, as its workflow allows")
    public RestResponse<GrantView> extend(@PathParam("id") String id, @Nullable ExtendBody body) {
        Optional<Duration> by = Optional.ofNullable(body == null ? null : body.durationSeconds())
                .map(this::extension);
        Optional<Integer> extension = Optional.ofNullable(body == null ? null : body.extension());
        return RestResponse.status(RestResponse.Status.ACCEPTED, grants.extend(actor.person(), id, by, extension));
    }

    @POST
    @Path("/grants/{id}/force-close")
    @RolesAllowed(Role.USER)
    @Operation(operationId = "forceCloseGrant", summary = "End a grant although its way cannot be taken down now")
    public RestResponse<GrantView> forceClose(@PathParam("id") String id) {
        return RestResponse.status(RestResponse.Status.ACCEPTED, grants.forceClose(actor.person(), id));
    }

    @POST
    @Path("/grants/{id}/credentials")
    @RolesAllowed(Role.USER)
    @Operation(operationId = "createCredentials", summary = "A new secret for my own active grant, shown once")
    public RestResponse<CredentialsView> credentials(@PathParam("id") String id) {
        Credentials.Minted minted = credentials.mint(actor.person(), id);
        ClientAddress address = new ClientAddress(
                minted.engine(),
                minted.listener().host(),
                minted.listener().port(),
                minted.grant().value(),
                minted.target().database(),
                config.caFile());
        return RestResponse.ResponseBuilder.create(
                        RestResponse.Status.CREATED,
                        new CredentialsView(
                                minted.grant().value(),
                                minted.version(),
                                address.host(),
                                address.port(),
                                address.user(),
                                minted.secret().reveal(),
                                address.database(),
                                minted.engine().label(),
                                address.url(),
                                address.command()))
                .header("Cache-Control", "no-store")
                .build();
    }

    private Ensure.Wish wish(@Nullable EnsureBody body) {
        if (body == null || body.entitlements() == null || body.entitlements().isEmpty()) {
            throw ProblemException.badRequest("invalid_field", "entitlements must name at least one target and role");
        }
        if (body.entitlements().size() > config.maxEntitlements()) {
            throw ProblemException.badRequest(
                    "invalid_field", "entitlements may be " + config.maxEntitlements() + " at most");
        }
        return new Ensure.Wish(
                body.entitlements().stream()
                        .map(AccessResource::entitlement)
                        .distinct()
                        .toList(),
                new Justification(bounded("reason", body.reason()), bounded("ticket", body.ticket())),
                Optional.ofNullable(body.durationSeconds()).map(Duration::ofSeconds),
                Boolean.TRUE.equals(body.breakglass()),
                Boolean.TRUE.equals(body.dryRun()));
    }

    private static Entitlement entitlement(Wanted wanted) {
        if (wanted.target() == null || wanted.role() == null) {
            throw ProblemException.badRequest("invalid_field", "each entitlement has a target and a role");
        }
        try {
            return new Entitlement(RdsDatabaseId.parse(wanted.target()), wanted.role());
        } catch (IllegalArgumentException e) {
            throw ProblemException.badRequest("invalid_target", String.valueOf(e.getMessage()));
        }
    }

    private Duration extension(long seconds) {
        if (seconds < config.minDuration().toSeconds()) {
            throw ProblemException.badRequest(
                    "invalid_duration",
                    "duration_seconds is at least " + config.minDuration().toSeconds());
        }
        return Duration.ofSeconds(seconds);
    }

    private String comment(@Nullable DecisionBody body) {
        return bounded("comment", body == null ? null : body.comment());
    }

    private String bounded(String field, @Nullable String text) {
        if (text != null && text.length() > config.maxReasonLength()) {
            throw ProblemException.badRequest(
                    "invalid_field", field + " has " + config.maxReasonLength() + " characters at most");
        }
        return text == null ? "" : text.strip();
    }
}
