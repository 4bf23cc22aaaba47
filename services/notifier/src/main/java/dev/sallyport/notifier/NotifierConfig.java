package dev.sallyport.notifier;

import dev.sallyport.kernel.Secret;
import dev.sallyport.notifier.chat.Mention;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Everything under {@code sallyport.}: a key that is not here fails the start. */
@ConfigMapping(prefix = "sallyport")
public interface NotifierConfig {

    /** Where it runs. */
    @WithDefault("production")
    Mode mode();

    /** The control plane's PostgreSQL; {@code application.yaml} makes the data source of it. */
    Database database();

    AuditStore auditStore();

    Consumer consumer();

    Webhooks webhooks();

    Chat chat();

    enum Mode {
        LOCAL,
        PRODUCTION
    }

    interface Database {
        String host();

        int port();

        String name();

        Secret password();
    }

    /** The store that the notifier owns. */
    interface AuditStore {
        String jdbcUrl();

        String username();

        Secret password();

        /** How long records are kept, in whole days. */
        @WithDefault("400d")
        Duration retention();

        @WithDefault("4")
        int maxConnections();
    }

    /** How events are taken from Kafka. */
    interface Consumer {
        /** Records that are enough for one transaction. */
        @WithDefault("3000")
        int batchSize();

        /** The pause after the store could not be written. */
        @WithDefault("1s")
        Duration pauseWhenStoreIsDown();
    }

    /** The chat that is told about access; none without a URL. */
    interface Chat {
        /** Slack's incoming webhook, or one like it. A secret: who has it may post. Has to be HTTPS outside of local mode. */
        Optional<Secret> url();

        /** Where people find the console, for instance {@code https://sallyport.example.com/console}. */
        Optional<URI> consoleUrl();

        /** Which types are told. */
        @WithDefault("access.requested,access.reviewed,access.approved,access.denied,access.cancelled,access.expired,"
                + "access.breakglass,grant.activated,grant.failed,grant.extended,grant.closed")
        Set<String> eventTypes();

        /** Whom the message about a broken glass calls. */
        @WithDefault("here")
        Mention breakglassMention();

        /** Allows loopback, link-local and private addresses, as local mode does. */
        @WithDefault("false")
        boolean allowPrivateAddresses();
    }

    /** Where events are told to. */
    interface Webhooks {
        /** The endpoint {@code default}. Has to be HTTPS outside of local mode. */
        Optional<URI> url();

        /** {@code whsec_} and the key in base64. */
        Optional<Secret> secret();

        /** The secret before this one: messages are signed with both while receivers change over. */
        Optional<Secret> previousSecret();

        /** Svix delivers instead of us when it is set up. */
        Svix svix();

        /** Which types are told; a finished job only when it has the step {@code send-webhook}. */
        @WithDefault("dbroles.job.finished")
        Set<String> eventTypes();

        /** Allows loopback, link-local and private addresses, as local mode does. */
        @WithDefault("false")
        boolean allowPrivateAddresses();

        /** Of one attempt. */
        @WithDefault("15s")
        Duration timeout();

        /** Deliveries under way at the same time, to one endpoint. */
        @WithDefault("8")
        int concurrency();

        /** After the last the delivery is dead. Twelve with the pauses below take about 14 hours. */
        @WithDefault("12")
        int maxAttempts();

        /** The pause after the first failure; each further one is three times as long. */
        @WithDefault("5s")
        Duration firstPause();

        @WithDefault("2h")
        Duration maxPause();

        /** The keys that seal endpoints' secrets; endpoints can be set up over REST only with it. */
        Optional<Path> keysetFile();

        /** Endpoints over REST at most. */
        @WithDefault("50")
        int maxEndpoints();

        /** How long a message that was delivered, or is dead, is kept. */
        @WithDefault("30d")
        Duration retention();

        /** How often due deliveries are looked for. */
        @WithDefault("500ms")
        Duration pollInterval();

        /** Svix's API, theirs or one that you run. */
        interface Svix {
            /** That of the token's region when empty. */
            Optional<URI> url();

            /** An API token: {@code testsk_…} or {@code sk_…}. */
            Optional<Secret> token();
        }
    }
}
