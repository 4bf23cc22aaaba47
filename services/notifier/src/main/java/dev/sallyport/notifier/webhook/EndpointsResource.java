package dev.sallyport.notifier.webhook;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sallyport.kernel.Secret;
import dev.sallyport.notifier.NotifierConfig;
import dev.sallyport.notifier.rest.Caller;
import dev.sallyport.notifier.rest.Page;
import dev.sallyport.notifier.rest.ProblemException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jspecify.annotations.Nullable;

/** Endpoints over REST. A secret is shown once, in the answer to the call that made it. */
@Path("/api/webhooks/endpoints")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
class EndpointsResource {

    private static final Duration OVERLAP = Duration.ofHours(24);
    private static final Duration LONGEST_OVERLAP = Duration.ofDays(30);

    private final Endpoints endpoints;
    private final EndpointRules rules;
    private final Caller caller;

    EndpointsResource(Endpoints endpoints, NotifierConfig config, Caller caller) {
        this.endpoints = endpoints;
        this.rules = new EndpointRules(config.mode() == NotifierConfig.Mode.LOCAL);
        this.caller = caller;
    }

    /** What an endpoint is to be. */
    record Body(
            @JsonProperty("name") @Nullable String name,
            @JsonProperty("url") @Nullable URI url,
            @JsonProperty("event_types") @Nullable Set<String> eventTypes,
            @JsonProperty("allow_private_addresses") boolean allowPrivateAddresses,
            @JsonProperty("disabled") boolean disabled,
            @JsonProperty("secret") @Nullable String secret) {

        /** It may hold a secret. */
        @Override
        public String toString() {
            return "Body[" + name + "]";
        }
    }

    /**
     * @param secret {@code whsec_…}; a random one when it is missing
     * @param overlapSeconds for how long the secret before signs along
     */
    record Rotation(
            @JsonProperty("secret") @Nullable String secret,
            @JsonProperty("overlap_seconds") @Nullable Long overlapSeconds) {

        /** It may hold a secret. */
        @Override
        public String toString() {
            return "Rotation[]";
        }
    }

    /**
     * @param source {@code configuration}: it cannot be changed over REST; or {@code api}
     * @param delivery {@code webhook}, {@code svix} or {@code chat}
     * @param secret shown by the call that made it, and by no other
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    record View(
            String name,
            String source,
            String delivery,
            @Nullable URI url,
            Set<String> eventTypes,
            boolean allowPrivateAddresses,
            boolean disabled,
            @Nullable Instant previousSecretUntil,
            @Nullable Instant createdAt,
            @Nullable Instant updatedAt,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String secret) {

        static View of(Endpoints.Kept kept, @Nullable Secret shown) {
            return new View(
                    kept.name(),
                    "api",
                    "webhook",
                    kept.is().url(),
                    kept.is().eventTypes(),
                    kept.is().allowPrivateAddresses(),
                    kept.is().disabled(),
                    kept.previousUntil(),
                    kept.createdAt(),
                    kept.updatedAt(),
                    shown == null ? null : shown.reveal());
        }

        static View of(Endpoint configured) {
            return new View(
                    configured.name(),
                    "configuration",
                    configured.way().delivery(),
                    configured.way() instanceof Endpoint.Http http ? http.url() : null,
                    new TreeSet<>(configured.eventTypes()),
                    configured.way().privateAllowed(),
                    configured.disabled(),
                    null,
                    null,
                    null,
                    null);
        }

        /** It may hold a secret. */
        @Override
        public String toString() {
            return "View[" + name + "]";
        }
    }

    @GET
    @RolesAllowed({Caller.ADMIN, Caller.AUDITOR})
    public Page<View> list() {
        List<View> all =
                new ArrayList<>(endpoints.configured().stream().map(View::of).toList());
        endpoints.kept().forEach(kept -> all.add(View.of(kept, null)));
        return new Page<>(all, null);
    }

    @GET
    @Path("/{name}")
    @RolesAllowed({Caller.ADMIN, Caller.AUDITOR})
    public View get(@PathParam("name") String name) {
        return endpoints.configured().stream()
                .filter(configured -> configured.name().equals(name))
                .map(View::of)
                .findFirst()
                .or(() -> endpoints.kept(name).map(kept -> View.of(kept, null)))
                .orElseThrow(() -> ProblemException.notFound("endpoint", name));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @ResponseStatus(201)
    @RolesAllowed(Caller.ADMIN)
    public View create(@Nullable Body body) {
        Body given = EndpointRules.present(body);
        String name = EndpointRules.name(given.name());
        Endpoints.Wanted wanted = rules.wanted(given);
        Secret secret = EndpointRules.secret(given.secret());
        keepable();
        if (!endpoints.create(name, wanted, secret, caller.person())) {
            throw endpoints.kept(name).isPresent()
                    ? ProblemException.conflict("endpoint_exists", "there is an endpoint '" + name + "' already")
                    : ProblemException.conflict(
                            "too_many_endpoints",
                            "there are as many endpoints as there may be (sallyport.webhooks.max-endpoints)");
        }
        return view(name, secret);
    }

    @PUT
    @Path("/{name}")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Caller.ADMIN)
    public View update(@PathParam("name") String name, @Nullable Body body) {
        Body given = EndpointRules.present(body);
        ours(name);
        if (given.name() != null && !given.name().equals(name)) {
            throw ProblemException.badRequest("invalid_field", "an endpoint keeps its name");
        }
        if (given.secret() != null) {
            throw ProblemException.badRequest(
                    "invalid_field", "a secret is changed by POST /api/webhooks/endpoints/" + name + "/secret/rotate");
        }
        if (!endpoints.update(name, rules.wanted(given), caller.person())) {
            throw ProblemException.notFound("endpoint", name);
        }
        return view(name, null);
    }

    @POST
    @Path("/{name}/secret/rotate")
    @Consumes(MediaType.APPLICATION_JSON)
    @RolesAllowed(Caller.ADMIN)
    public View rotate(@PathParam("name") String name, @Nullable Rotation body) {
        Rotation given = body == null ? new Rotation(null, null) : body;
        ours(name);
        keepable();
        Secret secret = EndpointRules.secret(given.secret());
        if (!endpoints.rotate(name, secret, overlap(given.overlapSeconds()), caller.person())) {
            throw ProblemException.notFound("endpoint", name);
        }
        return view(name, secret);
    }

    @DELETE
    @Path("/{name}")
    @RolesAllowed(Caller.ADMIN)
    public void remove(@PathParam("name") String name) {
        ours(name);
        if (!endpoints.remove(name, caller.person())) {
            throw ProblemException.notFound("endpoint", name);
        }
    }

    private View view(String name, @Nullable Secret shown) {
        return endpoints
                .kept(name)
                .map(kept -> View.of(kept, shown))
                .orElseThrow(() -> ProblemException.notFound("endpoint", name));
    }

    private void ours(String name) {
        if (name.equals(Endpoint.DEFAULT)
                || endpoints.configured().stream().anyMatch(one -> one.name().equals(name))) {
            throw ProblemException.conflict(
                    "endpoint_configured",
                    "the endpoint '" + name + "' is that of the configuration: change sallyport."
                            + (name.equals(Endpoint.CHAT) ? "chat" : "webhooks") + ".* and restart the notifier");
        }
    }

    private void keepable() {
        if (!endpoints.canKeep()) {
            throw ProblemException.conflict(
                    "no_keyset",
                    "endpoints can be set up only when sallyport.webhooks.keyset-file names the keyset that seals their secrets");
        }
    }

    private static Duration overlap(@Nullable Long seconds) {
        if (seconds == null) {
            return OVERLAP;
        }
        if (seconds < 0 || seconds > LONGEST_OVERLAP.toSeconds()) {
            throw ProblemException.badRequest(
                    "invalid_field", "overlap_seconds is a number from 0 to " + LONGEST_OVERLAP.toSeconds());
        }
        return Duration.ofSeconds(seconds);
    }
}
