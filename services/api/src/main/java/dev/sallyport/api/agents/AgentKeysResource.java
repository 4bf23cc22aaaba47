package dev.sallyport.api.agents;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.sallyport.api.database.Transactions;
import dev.sallyport.api.identity.Caller;
import dev.sallyport.api.identity.Role;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.kernel.AgentId;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

@Path("/api/agents")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
@Tag(name = "agents")
class AgentKeysResource {

    private static final Pattern NAME = Pattern.compile("[\\w .:/-]{1,100}");
    private static final String DEFAULT_NETWORK = "default";

    private final Transactions transactions;
    private final AgentKeys keys;
    private final Caller caller;

    AgentKeysResource(Transactions transactions, AgentKeys keys, Caller caller) {
        this.transactions = transactions;
        this.keys = keys;
        this.caller = caller;
    }

    @Schema(
            name = "NewAgent",
            requiredProperties = "name",
            examples = "{\"name\": \"eu-1\", \"network\": \"vpc-eu-1\"}")
    record NewAgent(
            @JsonProperty("name") @Nullable String name,

            @Schema(description = "The private network that it reaches, for people.") @JsonProperty("network") @Nullable String network) {}

    /** The key is here and nowhere else. */
    @JsonPropertyOrder({"agent", "key"})
    @Schema(name = "RegisteredAgent")
    record View(
            Agent agent,

            @Schema(
                    description = "Shown this once. The agent is started with it as sallyport.agent.key.",
                    examples = "agk_…")
            String key) {

        static View of(AgentKeys.Registered registered) {
            return new View(registered.agent(), registered.key().text().reveal());
        }

        /** It holds a key. */
        @Override
        public String toString() {
            return "View[" + agent.id() + "]";
        }
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @ResponseStatus(201)
    @RolesAllowed(Role.ADMIN)
    @Operation(operationId = "registerAgent", summary = "Register an agent; its key is shown this once")
    public View register(@NotNull NewAgent body) {
        String name = checked("name", body.name());
        String network = body.network() == null ? DEFAULT_NETWORK : checked("network", body.network());
        return View.of(transactions.call(() -> keys.register(name, network, caller.subject())));
    }

    @POST
    @Path("/{id}/key")
    @RolesAllowed(Role.ADMIN)
    @Operation(
            operationId = "renewAgentKey",
            summary = "A new key for an agent, shown this once",
            description = "The one before is refused from now on.")
    public View renew(@PathParam("id") String id) {
        AgentId agent = agentId(id);
        return transactions
                .call(() -> keys.renew(agent, caller.subject()))
                .map(View::of)
                .orElseThrow(() -> ProblemException.notFound("agent", id));
    }

    @DELETE
    @Path("/{id}/key")
    @RolesAllowed(Role.ADMIN)
    @Operation(
            operationId = "revokeAgentKey",
            summary = "Take an agent's key away",
            description = "It gets no more jobs, and takes up none within a minute. A new key lets it in again.")
    public void revoke(@PathParam("id") String id) {
        AgentId agent = agentId(id);
        if (!transactions.call(() -> keys.revoke(agent, caller.subject()))) {
            throw ProblemException.notFound("agent", id);
        }
    }

    @POST
    @Path("/self")
    @PermitAll
    @Operation(
            operationId = "proveAgent",
            summary = "Who has this key",
            description =
                    "Agents ask it for themselves, with `Authorization: AgentKey agk_…`; 401 means: work no more.")
    public Agent self(@HeaderParam("Authorization") @Nullable String authorization) {
        return Optional.ofNullable(authorization)
                .flatMap(AgentKey::ofHeader)
                .flatMap(key -> transactions.call(() -> keys.owner(key)))
                .orElseThrow(() -> new ProblemException(
                        401,
                        "unauthenticated",
                        "no agent has this key; an administrator can register it, or give it a new one"));
    }

    private static String checked(String field, @Nullable String text) {
        if (text == null || !NAME.matcher(text).matches() || text.isBlank()) {
            throw ProblemException.badRequest(
                    "invalid_field", "'" + field + "' is 1 to 100 letters, digits, spaces or any of _ . : / -");
        }
        return text;
    }

    private static AgentId agentId(String id) {
        try {
            return new AgentId(id);
        } catch (IllegalArgumentException e) {
            throw ProblemException.notFound("agent", id);
        }
    }
}
