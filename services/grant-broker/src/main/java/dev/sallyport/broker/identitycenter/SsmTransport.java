package dev.sallyport.broker.identitycenter;

import dev.sallyport.broker.grant.Command;
import dev.sallyport.broker.grant.Transport;
import dev.sallyport.contracts.grants.GrantActivate;
import dev.sallyport.contracts.grants.ProxyPlace;
import dev.sallyport.kernel.GrantId;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The person reaches the db-proxies by Session Manager, with a permission set of the grant's own. */
@ApplicationScoped
class SsmTransport implements Transport {

    /** What Identity Center allows (its user guide, "Set session duration for AWS accounts"). */
    static final Duration SHORTEST_SESSION = Duration.ofHours(1);

    static final Duration LONGEST_SESSION = Duration.ofHours(12);

    private final Provisionings provisionings;
    private final IdentityCenterConfig config;

    SsmTransport(Provisionings provisionings, IdentityCenterConfig config) {
        this.provisionings = provisionings;
        this.config = config;
    }

    @Override
    public String name() {
        return GrantActivate.SSM;
    }

    @Override
    public boolean available() {
        return config.instanceArn().isPresent();
    }

    @Override
    public Uni<Optional<Command>> setUp(GrantActivate terms) {
        ProxyPlace proxy = terms.proxy();
        Optional<String> refusal = refusal(proxy);
        return proxy == null || refusal.isPresent()
                ? Uni.createFrom().item(refusal.map(Command.NotSetUp::new))
                : provisionings.begin(plan(terms, proxy)).replaceWith(Optional.empty());
    }

    @Override
    public Uni<Optional<Command>> takeDown(GrantId grant) {
        return provisionings
                .end(grant.value())
                .map(gone -> gone ? Optional.of(new Command.TakenDown()) : Optional.empty());
    }

    @Override
    public Uni<Void> leaveBehind(GrantId grant) {
        return provisionings.forget(grant.value());
    }

    private static Optional<String> refusal(@Nullable ProxyPlace proxy) {
        return proxy == null
                ? Optional.of("the grant does not say where the db-proxies run that it is reached through")
                : IdentityCenterConfig.refusal(proxy);
    }

    private Plan plan(GrantActivate terms, ProxyPlace proxy) {
        return new Plan(
                terms.grantId().value(),
                config.center().orElseThrow(),
                terms.grantee().email(),
                proxy.accountId(),
                proxy.region(),
                GrantPolicy.of(proxy, config.taskTagKey()),
                session(terms.duration()),
                config.sessionRoleName().orElse(null),
                null,
                null,
                null,
                null);
    }

    /**
     * As long as the grant, within AWS's bounds: the role goes with the grant anyway. A grant that is extended past it needs no
     * other: whoever signed in gets fresh credentials of the same role.
     */
    static Duration session(Duration grant) {
        if (grant.compareTo(SHORTEST_SESSION) < 0) {
            return SHORTEST_SESSION;
        }
        return grant.compareTo(LONGEST_SESSION) > 0 ? LONGEST_SESSION : Duration.ofSeconds(grant.toSeconds());
    }
}
