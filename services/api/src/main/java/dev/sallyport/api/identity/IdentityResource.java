package dev.sallyport.api.identity;

import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.contracts.grants.Grantee;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** How to log in, for everybody; and who is logged in. */
@Path("/api")
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "identity")
class IdentityResource {

    private final Caller caller;
    private final LoginConfig config;
    private final Optional<String> issuer;

    IdentityResource(
            Caller caller,
            LoginConfig config,
            @ConfigProperty(name = "quarkus.oidc.auth-server-url") Optional<String> issuer) {
        this.caller = caller;
        this.config = config;
        this.issuer = issuer;
    }

    @Schema(name = "LoginSettings")
    record LoginView(
            @Schema(description = "The OpenID Connect issuer; its discovery document says the rest.")
            String issuer,

            @Schema(description = "A public client.") String clientId,
            String scopes,
            @Nullable String audience) {}

    @Schema(name = "Person")
    record PersonView(String subject, String name, String email, List<String> roles) {}

    @GET
    @Path("/.well-known/sallyport")
    @PermitAll
    @Operation(operationId = "getLoginSettings", summary = "What a command line has to know to log its user in")
    public LoginView login() {
        String known = config.issuer()
                .map(String::valueOf)
                .or(() -> issuer)
                .orElseThrow(() -> new ProblemException(
                        503, "no_issuer", "nobody can log in yet: quarkus.oidc.auth-server-url is not set"));
        return new LoginView(
                known, config.clientId(), config.scopes(), config.audience().orElse(null));
    }

    @GET
    @Path("/whoami")
    @RolesAllowed(Role.USER)
    @Operation(operationId = "whoAmI", summary = "Who I am to Sallyport, and with which roles")
    public PersonView whoami() {
        Grantee person = caller.grantee();
        return new PersonView(
                person.subject(),
                person.name(),
                person.email(),
                Stream.of(Role.ADMIN, Role.APPROVER, Role.AUDITOR, Role.USER)
                        .filter(caller::has)
                        .toList());
    }
}
