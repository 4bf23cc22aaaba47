package dev.sallyport.notifier.rest;

import io.quarkus.oidc.OidcRequestContext;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.oidc.TenantConfigResolver;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;

/**
 * Always leaves it to the configuration who issues tokens. That there is a resolver lets Quarkus start without
 * {@code quarkus.oidc.auth-server-url}: then nobody is let in, but events are stored and told all the same.
 */
@ApplicationScoped
class IssuerMayBeMissing implements TenantConfigResolver {

    @Override
    public Uni<OidcTenantConfig> resolve(RoutingContext context, OidcRequestContext<OidcTenantConfig> request) {
        return Uni.createFrom().nullItem();
    }
}
