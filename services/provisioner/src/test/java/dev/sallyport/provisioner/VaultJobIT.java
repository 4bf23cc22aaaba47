package dev.sallyport.provisioner;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.dbroles.DeprovisionRequested;
import dev.sallyport.contracts.dbroles.DeprovisionRequested.KeptSecret;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobProgressed;
import dev.sallyport.contracts.dbroles.ProvisionRequested;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.JobId;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import dev.sallyport.provisioner.target.Credentials;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.sandbox.postgres.PostgresServer;
import dev.sallyport.sandbox.vault.VaultStandIn;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Jobs whose roles' secrets go to Vault, by the packaged service, over TLS and with AppRole. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class VaultJobIT {

    private static final RdsArn ARN = RdsArn.parse("arn:aws:rds:us-west-2:222222222222:db:ledger");
    private static final List<String> ROLES = List.of("hoop_ro", "hoop_rw", "hoop_ddl");
    private static final Secret SECRET_ID = Secret.of("canary-approle-secret-id");
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    static Path folder;

    private static PackagedProvisioner provisioner;
    private static PostgresServer target;
    private static VaultStandIn vault;

    @BeforeAll
    static void start() {
        provisioner = new PackagedProvisioner(folder);
        target = provisioner.postgres(ARN, "ledger", Map.of());
        vault = new VaultStandIn(
                folder.resolve("vault"),
                0,
                Optional.of(provisioner.authority().issue("vault")),
                InstantSource.system());
        vault.mount("dbsecrets", 2, true);
        vault.policy("sallyport", "dbsecrets/data/prod/dbroles/*", "create", "read", "update");
        vault.policy("sallyport", "dbsecrets/metadata/prod/dbroles/*", "delete");
        String role = vault.appRole("approle", SECRET_ID, HOUR, HOUR, "sallyport");
        provisioner.set("sallyport.vault.address", vault.address());
        provisioner.set(
                "sallyport.vault.ca-file",
                provisioner.authority().certificateFile().toString());
        provisioner.set("sallyport.vault.approle.role-id", role);
        provisioner.set("sallyport.vault.approle.secret-id", SECRET_ID.reveal());
        provisioner.listen();
        provisioner.run();
    }

    @AfterAll
    static void stop() {
        provisioner.close();
        vault.close();
        target.close();
    }

    @Test
    @Order(1)
    void refusesAFolderInWhichItMayNotWriteBeforeItChangesAnything() {
        JobProgressed end = provisioner.awaitEnd(send(provision("dbsecrets/data/elsewhere/")));

        assertThat(end.status().message())
                .startsWith("preflight: Vault's policy does not let us create dbsecrets/data/elsewhere/dbroles/probe");
        assertThat(provisioner
                        .awaitEnd(send(provision("othermount/data/")))
                        .status()
                        .message())
                .contains("is no path in the mount 'dbsecrets'");
        assertThat(provisioner.secrets().pending(Credentials.secretId(ARN, "master")))
                .isEmpty();
    }

    @Test
    @Order(2)
    void keepsTheRolesInVaultAndTellsTheirPathsOnly() throws Exception {
        JobProgressed end = provisioner.awaitEnd(send(provision("dbsecrets/data/prod/")));

        assertThat(end.status().phase()).as(end.status().message()).isEqualTo(Job.Phase.COMPLETED);
        for (String role : ROLES) {
            assertThat(end.status().result())
                    .filteredOn(result -> result.userRole().equals(role))
                    .extracting(Job.RoleResult::credentialsInfo)
                    .containsExactly(new Job.CredentialsInfo("vault", reference(role), Credentials.KEYS));
            assertLogsIn(role);
            assertThat(provisioner.secrets().current(Credentials.secretId(ARN, role)))
                    .isEmpty();
        }
        assertThat(provisioner.secrets().current(Credentials.secretId(ARN, "master")))
                .isPresent();
    }

    @Test
    @Order(3)
    void finishesInVaultWhatItBeganWhenVaultIsSealedMeanwhile() throws Exception {
        String before = password("hoop_ro");
        provisioner.cloud().latency(Duration.ofMillis(200));
        JobId job = send(provision("dbsecrets/data/prod/"));
        provisioner.awaitStep(job, "master");
        vault.seal();
        provisioner.awaitStep(job, "roles");
        provisioner.cloud().latency(Duration.ZERO);
        vault.unseal();
        JobProgressed end = provisioner.awaitEnd(job);

        assertThat(end.status().phase()).as(end.status().message()).isEqualTo(Job.Phase.COMPLETED);
        assertThat(password("hoop_ro")).isNotEqualTo(before);
        for (String role : ROLES) {
            assertLogsIn(role);
            assertThat(vault.secret("dbsecrets", "prod/" + Credentials.secretId(ARN, role) + ".pending"))
                    .isEmpty();
        }
        String log = Files.readString(provisioner.log());
        assertThat(log).doesNotContain(SECRET_ID.reveal(), "hvs.", password("hoop_ro"), before);
    }

    @Test
    @Order(4)
    void takesTheSecretsOutOfVaultWithTheRoles() {
        JobId job = JobId.next(InstantSource.system());
        DeprovisionRequested request = new DeprovisionRequested(
                job,
                "default",
                provisioner.agent(),
                ARN,
                ROLES.stream()
                        .map(role -> new KeptSecret("vault", reference(role)))
                        .toList(),
                null,
                false,
                "admin",
                Instant.now());
        JobProgressed end = provisioner.awaitEnd(
                send(Event.of(EventType.DBROLES_DEPROVISION, "/sallyport/api", job, Instant.now(), request)));

        assertThat(end.status().phase()).as(end.status().message()).isEqualTo(Job.Phase.COMPLETED);
        for (String role : ROLES) {
            assertThat(vault.secret("dbsecrets", "prod/" + Credentials.secretId(ARN, role)))
                    .isEmpty();
        }
    }

    @Test
    @Order(5)
    void logsInAsTheMasterWithWhatSomebodyElseKeepsInVaultAndKeepsNoCopy() {
        String masterSecret = "prod/dbroles/somebodys/ledger-master";
        target.execute("postgres", "ALTER ROLE master PASSWORD 'canary-kept-elsewhere'");
        provisioner.secrets().delete(Credentials.secretId(ARN, "master"));
        vault.put("dbsecrets", masterSecret, Map.of("username", "master", "password", "canary-kept-elsewhere"));
        ProvisionRequested.Master reference = new ProvisionRequested.Master(
                ProvisionRequested.MasterSource.REFERENCE, "vault", "dbsecrets/data/" + masterSecret);
        JobProgressed end = provisioner.awaitEnd(send(provision("dbsecrets/data/prod/", reference)));

        assertThat(end.status().phase()).as(end.status().message()).isEqualTo(Job.Phase.COMPLETED);
        ROLES.forEach(VaultJobIT::assertLogsIn);
        assertThat(provisioner.secrets().current(Credentials.secretId(ARN, "master")))
                .isEmpty();
        assertThat(provisioner.secrets().pending(Credentials.secretId(ARN, "master")))
                .isEmpty();

        ProvisionRequested.Master absent = new ProvisionRequested.Master(
                ProvisionRequested.MasterSource.REFERENCE, "vault", "dbsecrets/data/prod/dbroles/nothing");
        assertThat(provisioner
                        .awaitEnd(send(provision("dbsecrets/data/prod/", absent)))
                        .status()
                        .message())
                .contains("there is no secret dbsecrets/data/prod/dbroles/nothing in Vault");
    }

    private static void assertLogsIn(String role) {
        Endpoint endpoint = new Endpoint(Engine.POSTGRES, "localhost", target.port(), "ledger");
        assertThat(provisioner.targets().accepts(endpoint, new Login(role, Secret.of(password(role)))))
                .as(role)
                .isTrue();
    }

    private static String password(String role) {
        return vault.secret("dbsecrets", "prod/" + Credentials.secretId(ARN, role))
                .map(entries -> entries.path("PASSWORD"))
                .map(JsonNode::asText)
                .orElseThrow();
    }

    private static String reference(String role) {
        return "dbsecrets/data/prod/" + Credentials.secretId(ARN, role);
    }

    private static Event<?> provision(String vaultFolder) {
        return provision(vaultFolder, null);
    }

    private static Event<?> provision(String vaultFolder, ProvisionRequested.@Nullable Master master) {
        JobId job = JobId.next(InstantSource.system());
        ProvisionRequested request = new ProvisionRequested(
                job,
                "default",
                provisioner.agent(),
                "ledger",
                List.of("create-connections"),
                new ProvisionRequested.VaultProvider(vaultFolder),
                ARN,
                null,
                master,
                false,
                null,
                "admin",
                Instant.now());
        return Event.of(EventType.DBROLES_PROVISION, "/sallyport/api", job, Instant.now(), request);
    }

    private static JobId send(Event<?> command) {
        provisioner.send(command, provisioner.agent());
        return new JobId(command.subject());
    }
}
