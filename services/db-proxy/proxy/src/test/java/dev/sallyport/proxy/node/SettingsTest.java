package dev.sallyport.proxy.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.contracts.agents.AgentHeartbeat;
import dev.sallyport.contracts.grants.AuditMode;
import dev.sallyport.proxy.cancels.CancelLimits;
import dev.sallyport.proxy.tunnel.TunnelLimits;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {

    @Test
    void hasDefaultsForAllThatIsNotOfThisNodeAlone() {
        Settings settings = settings(Map.of());

        settings.check();

        assertThat(settings.mode()).isEqualTo(Settings.Mode.PRODUCTION);
        assertThat(settings.bindHost()).isEqualTo("0.0.0.0");
        assertThat(settings.targets().plainText()).isFalse();
        assertThat(settings.targets().passwordsKept()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.aws().instanceRoleAllow()).isFalse();
        assertThat(settings.aws().settings().roleName()).isEqualTo("OrganizationAccountAccessRole");
        assertThat(settings.proxy().plainClients()).isFalse();
        assertThat(settings.proxy().grantPatience()).isEqualTo(Duration.ofMillis(500));
        assertThat(settings.proxy().drain()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.limits().handshake()).isEqualTo(Duration.ofSeconds(15));
        assertThat(settings.journal().segmentBytes()).isEqualTo(16 << 20);
        assertThat(settings.proxy().audit().mode()).isEqualTo(AuditMode.BOUNDED);
        assertThat(settings.cancelLimits()).isEqualTo(new CancelLimits(100, 20));
        assertThat(settings.proxy().cancels().topicReplicas()).isEmpty();
        assertThat(settings.proxy().postgres().replication()).isFalse();
        assertThat(settings.secrets().username()).isEqualTo("sallyport_secrets_reader");
    }

    @Test
    void knowsTheModesOfTheAuditByTheirNames() {
        for (AuditMode mode : AuditMode.values()) {
            assertThat(settings(Map.of("sallyport.proxy.audit.mode", mode.label()))
                            .proxy()
                            .audit()
                            .mode())
                    .isEqualTo(mode);
        }
        assertThatThrownBy(() -> settings(Map.of("sallyport.proxy.audit.mode", "lax")))
                .hasMessageContaining("sallyport.proxy.audit.mode");
    }

    @Test
    void listensOnLoopbackInLocalMode() {
        assertThat(settings(Map.of("sallyport.mode", "local")).bindHost()).isEqualTo("127.0.0.1");
    }

    @Test
    void refusesAnotherAwsOutsideLocalMode() {
        Map<String, String> elsewhere = Map.of("sallyport.aws.endpoint-override", "http://127.0.0.1:4566");
        assertThatThrownBy(() -> settings(elsewhere).check())
                .hasMessage("sallyport.aws.endpoint-override is for local mode only");
        assertThatThrownBy(() -> settings(Map.of("sallyport.targets.passwords-kept", "-1s"))
                        .check())
                .hasMessage("sallyport.targets.passwords-kept cannot be negative");
        assertThatThrownBy(
                        () -> settings(Map.of("sallyport.aws.region", "here")).check())
                .hasMessageContaining("region");
    }

    @Test
    void refusesLimitsThatLetNoCancelPass() {
        assertThatThrownBy(() -> settings(Map.of("sallyport.proxy.cancels.per-second", "0"))
                        .check())
                .hasMessage("sallyport.proxy.cancels.per-second is 0: at least 1");
    }

    @Test
    void knowsWhetherReplicationIsAllowedAndHowTheTopicOfCancelsIsMade() {
        Settings settings = settings(Map.of(
                "sallyport.proxy.postgres.replication", "true",
                "sallyport.proxy.cancels.topic-replicas", "3"));

        assertThat(settings.proxy().postgres().replication()).isTrue();
        assertThat(settings.proxy().cancels().topicReplicas()).contains((short) 3);
    }

    @Test
    void refusesPlainClientsOutsideLocalMode() {
        settings(Map.of("sallyport.mode", "local", "sallyport.proxy.plain-clients", "true"))
                .check();

        assertThatThrownBy(() -> settings(Map.of("sallyport.proxy.plain-clients", "true"))
                        .check())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("sallyport.proxy.plain-clients is for local mode only");
    }

    @Test
    void offersLocalFilesOnlyWhereToldTo() {
        assertThat(settings(Map.of()).proxy().mysql().localInfile()).isFalse();
        assertThat(settings(Map.of("sallyport.proxy.mysql.local-infile", "true"))
                        .proxy()
                        .mysql()
                        .localInfile())
                .isTrue();
    }

    @Test
    void tellsMySqlClientsAVersionOnly() {
        assertThat(settings(Map.of()).proxy().mysql().version()).isEmpty();
        for (String version : new String[] {"8.0.36", "5.5.5-10.11.6-MariaDB"}) {
            settings(Map.of("sallyport.proxy.mysql.version", version)).check();
        }
        for (String none : new String[] {"latest", "8", "8.0 36", "8." + "0".repeat(59)}) {
            assertThatThrownBy(() -> settings(Map.of("sallyport.proxy.mysql.version", none))
                            .check())
                    .hasMessage("sallyport.proxy.mysql.version is what clients are told of the server: "
                            + "a version such as 8.0.36, of at most 60 ASCII characters");
        }
    }

    @Test
    void refusesAVaultWithoutTlsOutsideLocalModeAndOneWithoutALogin() {
        Map<String, String> plain = Map.of(
                "sallyport.vault.address", "http://vault:8200", "sallyport.vault.token-file", "/run/vault-token");
        assertThatThrownBy(() -> settings(plain).check())
                .hasMessage("sallyport.vault.address has to be https outside of local mode");
        assertThatThrownBy(() -> settings(Map.of("sallyport.vault.address", "https://vault:8200"))
                        .check())
                .hasMessageStartingWith("sallyport.vault needs one login, and has 0");
        settings(Map.of(
                        "sallyport.vault.address", "https://vault:8200",
                        "sallyport.vault.kubernetes.role", "db-proxy"))
                .check();
    }

    @Test
    void refusesAnIdThatIsNoAgents() {
        assertThatThrownBy(() -> settings(Map.of("sallyport.agent.id", "me")).check())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'me' is not an id of the form agt_");
    }

    @Test
    void refusesLimitsOfNothing() {
        for (String key :
                new String[] {"unauthenticated", "unauthenticated-per-address", "sessions", "sessions-per-person"}) {
            assertThatThrownBy(() -> settings(Map.of("sallyport.proxy.limits." + key, "0"))
                            .check())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("sallyport.proxy.limits." + key + " is 0: at least 1");
        }
    }

    @Test
    void refusesAKeyThatItDoesNotKnow() {
        assertThatThrownBy(() -> settings(Map.of("sallyport.proxy.limits.sesions", "5")))
                .hasMessageContaining("sallyport.proxy.limits.sesions");
    }

    private static Settings settings(Map<String, String> more) {
        Map<String, String> values = new HashMap<>(Map.of(
                "sallyport.agent.id", "agt_2Lq0000000000000000000000AA",
                "sallyport.secrets.jdbc-url", "jdbc:postgresql://127.0.0.1/sallyport",
                "sallyport.secrets.password", "x",
                "sallyport.secrets.keyset-file", "/keyset",
                "sallyport.targets.ca-file", "/ca.pem",
                "sallyport.proxy.postgres.port", "7432",
                "sallyport.proxy.mysql.port", "7306",
                "sallyport.proxy.tls.certificate", "/cert.pem",
                "sallyport.proxy.tls.key", "/key.pem",
                "sallyport.proxy.journal.directory", "/journal"));
        values.putAll(more);
        return new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(values, "test", 100))
                .withConverter(Duration.class, 200, new DurationConverter())
                .withMapping(Settings.class)
                .build()
                .getConfigMapping(Settings.class);
    }

    @Test
    void knowsTheBoundsOfTunnelsAndWhereTheyCome() {
        Settings settings = settings(Map.of());
        assertThat(settings.proxy().id()).isEqualTo("default");
        assertThat(settings.proxy().tunnel().tokenKeyFile()).isEmpty();
        assertThat(settings.proxy().tunnel().port()).isEqualTo(7443);
        assertThat(settings.proxy().tunnel().plainPort()).isEmpty();
        assertThat(settings.tunnelLimits()).isEqualTo(new TunnelLimits(2000, 20, 256, Duration.ofSeconds(20)));
        for (String key : new String[] {"max-tunnels", "max-tunnels-per-person", "max-streams"}) {
            assertThatThrownBy(() -> settings(Map.of("sallyport.proxy.tunnel." + key, "0"))
                            .check())
                    .hasMessage("sallyport.proxy.tunnel." + key + " is 0: at least 1");
        }
        assertThatThrownBy(() -> settings(Map.of("sallyport.proxy.tunnel.keepalive", "0s"))
                        .check())
                .hasMessageStartingWith("sallyport.proxy.tunnel.keepalive is");
    }

    @Test
    void knowsItsTaskWholeOrNotAtAll() {
        assertThat(settings(Map.of()).task()).isEmpty();
        Map<String, String> whole = Map.of(
                "sallyport.proxy.id", "prod",
                "sallyport.proxy.task.account-id", "111122223333",
                "sallyport.proxy.task.region", "eu-west-1",
                "sallyport.proxy.task.cluster", "main",
                "sallyport.proxy.task.task-id", "t1",
                "sallyport.proxy.task.runtime-id", "t1-7");
        assertThat(settings(whole).task())
                .contains(new AgentHeartbeat.Task("prod", "111122223333", "eu-west-1", "main", "t1", "t1-7"));
        assertThatThrownBy(() -> settings(Map.of("sallyport.proxy.task.region", "eu-west-1"))
                        .check())
                .hasMessageStartingWith("sallyport.proxy.task needs account-id,");
    }
}
