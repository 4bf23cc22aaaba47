package dev.sallyport.api.access;

import dev.sallyport.api.agents.ProxyListeners;
import dev.sallyport.api.database.Transactions;
import dev.sallyport.api.identity.Person;
import dev.sallyport.api.problem.ProblemException;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.agents.AgentHeartbeat.Listener;
import dev.sallyport.contracts.grants.GrantCredentials;
import dev.sallyport.contracts.grants.LoginVerifiers;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.Secret;
import dev.sallyport.outbox.Outbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/** Makes a grant's secret. Only its verifiers leave this process, and the answer to the one who asked. Blocks. */
@ApplicationScoped
public class Credentials {

    private static final int SECRET_LENGTH = 32;
    private static final long LOOK_EVERY_MILLIS = 50;

    private final Transactions transactions;
    private final ProxyListeners proxies;
    private final AccessConfig config;
    private final Outbox outbox;
    private final InstantSource clock;

    Credentials(
            Transactions transactions,
            ProxyListeners proxies,
            AccessConfig config,
            Outbox outbox,
            InstantSource clock) {
        this.transactions = transactions;
        this.proxies = proxies;
        this.config = config;
        this.outbox = outbox;
        this.clock = clock;
    }

    /** A secret that db-proxies know by its verifiers, and where to use it. */
    record Minted(GrantId grant, int version, Listener listener, Secret secret, RdsDatabaseId target, Engine engine) {}

    /**
     * A new secret for one's own active grant; the one before is worth nothing from then on.
     *
     * @throws ProblemException 404 for a grant of somebody else, 409 for one that is not active, 503 when no db-proxy is
     *     online, 504 when the db-proxies could not be told in time: then ask again
     */
    Minted mint(Person person, String id) {
        Secret secret = Secret.random(SECRET_LENGTH);
        LoginVerifiers verifiers = LoginVerifiers.of(secret);
        Minted minted = transactions.call(() -> GrantRow.<GrantRow>findById(id, LockModeType.PESSIMISTIC_WRITE)
                .chain(row -> mint(person, id, row, secret, verifiers)));
        awaitProxies(minted);
        return minted;
    }

    private Uni<Minted> mint(
            Person person,
            String id,
            @org.jspecify.annotations.Nullable GrantRow row,
            Secret secret,
            LoginVerifiers verifiers) {
        if (row == null || !person.is(row.grantee())) {
            throw ProblemException.notFound("grant", id);
        }
        if (row.status != GrantStatus.ACTIVE) {
            throw ProblemException.conflict("grant_not_active", "the grant is " + row.status.label() + ", not active");
        }
        Engine engine = Engine.ofLabel(row.engine);
        GrantId grant = new GrantId(row.id);
        return proxies.forEngine(engine).chain(found -> {
            Listener listener = found.orElseThrow(() -> new ProblemException(
                    503, "no_proxy_online", "no db-proxy for " + row.engine + " is online: try again in a moment"));
            int version = ++row.secretVersion;
            return outbox.add(Event.of(
                            EventType.GRANT_CREDENTIALS,
                            Ensure.SOURCE,
                            grant,
                            clock.instant(),
                            new GrantCredentials(grant, version, verifiers)))
                    .replaceWith(new Minted(grant, version, listener, secret, RdsDatabaseId.parse(row.target), engine));
        });
    }

    private void awaitProxies(Minted minted) {
        Instant deadline = clock.instant().plus(config.credentialsTimeout());
        while (known(minted.grant()) < minted.version()) {
            if (clock.instant().isAfter(deadline)) {
                throw new ProblemException(
                        504, "credentials_not_ready", "the db-proxies were not told of the secret in time: ask again");
            }
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new ProblemException(503, "stopping", "the service is stopping: ask again");
            }
        }
    }

    private int known(GrantId grant) {
        return transactions.call(
                () -> GrantRow.<GrantRow>findById(grant.value()).map(row -> row == null ? 0 : row.credentialsVersion));
    }
}
