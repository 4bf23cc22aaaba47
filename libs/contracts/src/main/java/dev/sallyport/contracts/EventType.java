package dev.sallyport.contracts;

import dev.sallyport.contracts.access.AccessDecided;
import dev.sallyport.contracts.access.AccessEnded;
import dev.sallyport.contracts.access.AccessRequested;
import dev.sallyport.contracts.access.AccessReviewed;
import dev.sallyport.contracts.access.GlassBroken;
import dev.sallyport.contracts.agents.AgentHeartbeat;
import dev.sallyport.contracts.audit.JournalDamaged;
import dev.sallyport.contracts.audit.SessionClosed;
import dev.sallyport.contracts.audit.SessionOpened;
import dev.sallyport.contracts.audit.StatementExecuted;
import dev.sallyport.contracts.configuration.ConfigurationChanged;
import dev.sallyport.contracts.dbroles.DeprovisionRequested;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobCancelled;
import dev.sallyport.contracts.dbroles.JobProgressed;
import dev.sallyport.contracts.dbroles.ProvisionRequested;
import dev.sallyport.contracts.grants.GrantActivate;
import dev.sallyport.contracts.grants.GrantClose;
import dev.sallyport.contracts.grants.GrantCredentials;
import dev.sallyport.contracts.grants.GrantExtend;
import dev.sallyport.contracts.grants.GrantProgressed;
import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.contracts.sessions.SessionCancel;
import dev.sallyport.contracts.webhooks.WebhookEndpointChanged;
import dev.sallyport.contracts.webhooks.WebhookReplayed;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A type of event: its name, the topic that it travels on and the record that it carries. {@link #ALL} is the whole list;
 * each has a JSON Schema in {@code /schemas/<name>.json} and kept examples in {@code /examples/<name>/}.
 *
 * @param schema names the JSON Schema of its data
 */
public record EventType<T>(String name, String topic, Class<T> data, URI schema) {

    private EventType(String name, String topic, Class<T> data) {
        this(name, topic, data, URI.create("https://sallyport.dev/schemas/" + name + ".json"));
    }

    public static final EventType<ProvisionRequested> DBROLES_PROVISION =
            new EventType<>("dbroles.provision", Topics.DBROLES_COMMANDS, ProvisionRequested.class);
    public static final EventType<DeprovisionRequested> DBROLES_DEPROVISION =
            new EventType<>("dbroles.deprovision", Topics.DBROLES_COMMANDS, DeprovisionRequested.class);
    public static final EventType<JobCancelled> DBROLES_CANCEL =
            new EventType<>("dbroles.cancel", Topics.DBROLES_COMMANDS, JobCancelled.class);
    public static final EventType<JobProgressed> DBROLES_PROGRESSED =
            new EventType<>("dbroles.progressed", Topics.DBROLES_PROGRESS, JobProgressed.class);
    public static final EventType<AgentHeartbeat> AGENT_HEARTBEAT =
            new EventType<>("agent.heartbeat", Topics.AGENTS_HEARTBEATS, AgentHeartbeat.class);
    public static final EventType<GrantActivate> GRANT_ACTIVATE =
            new EventType<>("grant.activate", Topics.GRANTS_COMMANDS, GrantActivate.class);
    public static final EventType<GrantCredentials> GRANT_CREDENTIALS =
            new EventType<>("grant.credentials", Topics.GRANTS_COMMANDS, GrantCredentials.class);
    public static final EventType<GrantExtend> GRANT_EXTEND =
            new EventType<>("grant.extend", Topics.GRANTS_COMMANDS, GrantExtend.class);
    public static final EventType<GrantClose> GRANT_CLOSE =
            new EventType<>("grant.close", Topics.GRANTS_COMMANDS, GrantClose.class);
    public static final EventType<GrantProgressed> GRANT_PROGRESSED =
            new EventType<>("grant.progressed", Topics.GRANTS_PROGRESS, GrantProgressed.class);
    public static final EventType<GrantState> GRANT_STATE =
            new EventType<>("grant.state", Topics.GRANTS_STATE, GrantState.class);
    public static final EventType<SessionCancel> SESSION_CANCEL =
            new EventType<>("session.cancel", Topics.PROXIES_CANCELS, SessionCancel.class);
    public static final EventType<Job> DBROLES_JOB_CREATED =
            new EventType<>("dbroles.job.created", Topics.EVENTS, Job.class);
    public static final EventType<Job> DBROLES_JOB_PROGRESSED =
            new EventType<>("dbroles.job.progressed", Topics.EVENTS, Job.class);
    public static final EventType<Job> DBROLES_JOB_FINISHED =
            new EventType<>("dbroles.job.finished", Topics.EVENTS, Job.class);
    public static final EventType<Job> DBROLES_DEPROVISION_FINISHED =
            new EventType<>("dbroles.deprovision.finished", Topics.EVENTS, Job.class);
    public static final EventType<AccessRequested> ACCESS_REQUESTED =
            new EventType<>("access.requested", Topics.EVENTS, AccessRequested.class);
    public static final EventType<AccessDecided> ACCESS_APPROVED =
            new EventType<>("access.approved", Topics.EVENTS, AccessDecided.class);
    public static final EventType<AccessDecided> ACCESS_DENIED =
            new EventType<>("access.denied", Topics.EVENTS, AccessDecided.class);
    public static final EventType<AccessReviewed> ACCESS_REVIEWED =
            new EventType<>("access.reviewed", Topics.EVENTS, AccessReviewed.class);
    public static final EventType<AccessEnded> ACCESS_CANCELLED =
            new EventType<>("access.cancelled", Topics.EVENTS, AccessEnded.class);
    public static final EventType<AccessEnded> ACCESS_EXPIRED =
            new EventType<>("access.expired", Topics.EVENTS, AccessEnded.class);
    public static final EventType<GlassBroken> ACCESS_BREAKGLASS =
            new EventType<>("access.breakglass", Topics.EVENTS, GlassBroken.class);
    public static final EventType<GrantProgressed> GRANT_ACTIVATED =
            new EventType<>("grant.activated", Topics.EVENTS, GrantProgressed.class);
    public static final EventType<GrantProgressed> GRANT_FAILED =
            new EventType<>("grant.failed", Topics.EVENTS, GrantProgressed.class);
    public static final EventType<GrantProgressed> GRANT_EXTENDED =
            new EventType<>("grant.extended", Topics.EVENTS, GrantProgressed.class);
    public static final EventType<GrantProgressed> GRANT_CLOSED =
            new EventType<>("grant.closed", Topics.EVENTS, GrantProgressed.class);
    public static final EventType<SessionOpened> SESSION_OPENED =
            new EventType<>("session.opened", Topics.EVENTS, SessionOpened.class);
    public static final EventType<SessionClosed> SESSION_CLOSED =
            new EventType<>("session.closed", Topics.EVENTS, SessionClosed.class);
    public static final EventType<JournalDamaged> JOURNAL_DAMAGED =
            new EventType<>("journal.damaged", Topics.EVENTS, JournalDamaged.class);
    public static final EventType<WebhookReplayed> WEBHOOK_REPLAYED =
            new EventType<>("webhook.replayed", Topics.EVENTS, WebhookReplayed.class);
    public static final EventType<WebhookEndpointChanged> WEBHOOK_ENDPOINT_CHANGED =
            new EventType<>("webhook.endpoint.changed", Topics.EVENTS, WebhookEndpointChanged.class);
    public static final EventType<ConfigurationChanged> CONFIGURATION_CHANGED =
            new EventType<>("configuration.changed", Topics.EVENTS, ConfigurationChanged.class);
    public static final EventType<StatementExecuted> STATEMENT_EXECUTED =
            new EventType<>("statement.executed", Topics.QUERIES, StatementExecuted.class);

    /** Every type there is. */
    public static final List<EventType<?>> ALL = List.of(
            DBROLES_PROVISION,
            DBROLES_DEPROVISION,
            DBROLES_CANCEL,
            DBROLES_PROGRESSED,
            AGENT_HEARTBEAT,
            GRANT_ACTIVATE,
            GRANT_CREDENTIALS,
            GRANT_EXTEND,
            GRANT_CLOSE,
            GRANT_PROGRESSED,
            GRANT_STATE,
            SESSION_CANCEL,
            DBROLES_JOB_CREATED,
            DBROLES_JOB_PROGRESSED,
            DBROLES_JOB_FINISHED,
            DBROLES_DEPROVISION_FINISHED,
            ACCESS_REQUESTED,
            ACCESS_APPROVED,
            ACCESS_DENIED,
            ACCESS_REVIEWED,
            ACCESS_CANCELLED,
            ACCESS_EXPIRED,
            ACCESS_BREAKGLASS,
            GRANT_ACTIVATED,
            GRANT_FAILED,
            GRANT_EXTENDED,
            GRANT_CLOSED,
            SESSION_OPENED,
            SESSION_CLOSED,
            JOURNAL_DAMAGED,
            WEBHOOK_REPLAYED,
            WEBHOOK_ENDPOINT_CHANGED,
            CONFIGURATION_CHANGED,
            STATEMENT_EXECUTED);

    private static final Map<String, EventType<?>> BY_NAME =
            ALL.stream().collect(Collectors.toUnmodifiableMap(EventType::name, Function.identity()));

    /** The type that is called so. */
    public static Optional<EventType<?>> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }
}
