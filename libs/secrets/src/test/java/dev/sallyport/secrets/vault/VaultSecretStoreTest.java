package dev.sallyport.secrets.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.tls.LocalAuthority;
import dev.sallyport.sandbox.vault.VaultStandIn;
import dev.sallyport.secrets.SecretStore;
import dev.sallyport.secrets.SecretStoreException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VaultSecretStoreTest {

    private static final String ID = "dbroles/111111111111/us-west-2/orders/hoop_ro";
    private static final Map<String, Secret> OLD = entries("old-canary-password");
    private static final Map<String, Secret> NEW = entries("new-canary-password");
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();
    private Instant now = Instant.parse("2026-03-10T12:00:00Z");
    private VaultStandIn server;

    @BeforeEach
    void start() {
        server = standIn(Optional.empty());
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        server.close();
    }

    @ParameterizedTest
    @CsvSource({"1, dbsecrets/team/", "2, dbsecrets/data/team/", "2, dbsecrets/team"})
    void stagesPublishesAndDeletes(int version, String path) {
        server.mount("dbsecrets", version, version == 2);
        SecretStore store = vault(version, root()).folder(path);

        store.stage(ID, OLD);
        assertThat(store.current(ID)).isEmpty();
        assertThat(store.pending(ID)).contains(OLD);
        store.publish(ID);
        assertThat(store.current(ID)).contains(OLD);
        assertThat(store.pending(ID)).isEmpty();
        store.stage(ID, NEW);
        store.stage(ID, NEW);
        assertThat(store.current(ID)).contains(OLD);
        store.publish(ID);
        store.publish(ID);
        assertThat(store.current(ID)).contains(NEW);
        store.stage(ID, OLD);
        store.unstage(ID);
        store.publish(ID);
        assertThat(store.current(ID)).contains(NEW);
        store.delete(ID);
        store.delete(ID);
        assertThat(store.current(ID)).isEmpty();
        store.probe();
    }

    @Test
    void namesTheWholePathByWhichOthersFindTheSecret() {
        server.mount("dbsecrets", 2, false);
        Vault vault = vault(2, root());
        SecretStore store = vault.folder("dbsecrets/data/");
        store.stage(ID, NEW);
        store.publish(ID);

        assertThat(store.provider()).isEqualTo("vault");
        assertThat(store.reference(ID)).isEqualTo("dbsecrets/data/" + ID);
        assertThat(vault.folder("").current("dbsecrets/data/" + ID)).contains(NEW);
        assertThat(server.secret("dbsecrets", ID).orElseThrow().size()).isEqualTo(NEW.size());
        server.mount("kv1", 1, false);
        assertThat(new KvPath("kv1", 1, "a").data()).isEqualTo("kv1/a");
    }

    /** Killed behind each call in turn, what logs in is in one of the two places, and the next run ends it. */
    @ParameterizedTest
    @CsvSource({
        "1, 0", "1, 1", "1, 2", "1, 3", "1, 4", "1, 5", "2, 0", "2, 1", "2, 2", "2, 3", "2, 4", "2, 5", "2, 6", "2, 7"
    })
    void losesNothingWhereverItIsCutOff(int version, int calls) {
        losesNothing(version, () -> server.failAfter(calls), () -> server.failAfter(-1));
    }

    /** The same when Vault did what it was asked, and only its answer was lost. */
    @ParameterizedTest
    @CsvSource({
        "1, 0", "1, 1", "1, 2", "1, 3", "1, 4", "1, 5", "2, 0", "2, 1", "2, 2", "2, 3", "2, 4", "2, 5", "2, 6", "2, 7"
    })
    void losesNothingWhicheverAnswerIsLost(int version, int calls) {
        losesNothing(version, () -> server.loseAnswersAfter(calls), () -> server.loseAnswersAfter(-1));
    }

    @Test
    void waitsAsLongAsTheRateLimitAsksAndNoLongerThanACallMayTake() {
        server.mount("dbsecrets", 2, false);
        SecretStore store = vault(2, root()).folder("dbsecrets/data/");
        server.throttle(2, Duration.ZERO);
        store.stage(ID, NEW);
        assertThat(store.pending(ID)).contains(NEW);

        server.throttle(3, Duration.ZERO);
        fails(() -> store.current(ID), true, "now (status 429)");
        assertThat(store.current(ID)).isEmpty();
        server.throttle(1, HOUR);
        fails(() -> store.current(ID), true, "now (status 429)");
        assertThat(store.current(ID)).isEmpty();
    }

    private void losesNothing(int version, Runnable begin, Runnable end) {
        server.mount("dbsecrets", version, false);
        SecretStore store = vault(version, root()).folder(version == 2 ? "dbsecrets/data/" : "dbsecrets/");
        store.stage(ID, OLD);
        store.publish(ID);

        begin.run();
        boolean staged = false;
        try {
            store.stage(ID, NEW);
            staged = true;
            store.publish(ID);
        } catch (SecretStoreException e) {
            assertThat(e.transientFailure()).isTrue();
        }
        end.run();

        List<Map<String, Secret>> kept = new ArrayList<>();
        store.current(ID).ifPresent(kept::add);
        store.pending(ID).ifPresent(kept::add);
        assertThat(kept).contains(staged ? NEW : OLD);
        assertThat(store.current(ID)).isPresent();
        store.stage(ID, NEW);
        store.publish(ID);
        assertThat(store.current(ID)).contains(NEW);
        assertThat(store.pending(ID)).isEmpty();
    }

    @Test
    void overwritesNothingThatSomebodyElseWroteMeanwhile() {
        server.mount("dbsecrets", 2, false);
        Vault vault = vault(2, root());
        SecretStore store = vault.folder("dbsecrets/data/");
        store.stage(ID, OLD);
        store.publish(ID);
        KvPath path = KvPath.of(vault.settings(), "dbsecrets/" + ID);
        ObjectNode blind = JsonNodeFactory.instance.objectNode();
        blind.putObject("options").put("cas", 0);
        blind.putObject("data").put("PASSWORD", "ours");
        VaultAnswer lost = vault.call("POST", path.data(), blind);
        assertThat(lost.status()).isEqualTo(400);
        assertThat(lost.error()).isEqualTo("check-and-set parameter did not match the current version");

        store.stage(ID, NEW);
        server.interject(
                "POST /v1/dbsecrets/data/" + ID, () -> server.put("dbsecrets", ID, Map.of("PASSWORD", "theirs")));
        fails(() -> store.publish(ID), true, "somebody else changed dbsecrets/data/" + ID + " in Vault");
        assertThat(store.current(ID)).contains(Map.of("PASSWORD", Secret.of("theirs")));
        store.publish(ID);
        assertThat(store.current(ID)).contains(NEW);
    }

    @Test
    void goesOnBehindASecretThatWasDeleted() {
        server.mount("dbsecrets", 2, true);
        Vault vault = vault(2, root());
        SecretStore store = vault.folder("dbsecrets/data/");
        store.stage(ID, OLD);
        store.publish(ID);
        vault.call("DELETE", "dbsecrets/data/" + ID, null);
        assertThat(store.current(ID)).isEmpty();

        store.stage(ID, NEW);
        store.publish(ID);
        assertThat(store.current(ID)).contains(NEW);
    }

    @Test
    void tellsEachFailureByWhatToDo() {
        server.mount("dbsecrets", 2, false);
        server.policy("reader", "dbsecrets/data/*", "read");
        SecretStore store = vault(2, new VaultAuth.Token(server.token(Duration.ZERO, HOUR, "reader")))
                .folder("dbsecrets/data/");
        fails(() -> store.stage(ID, NEW), false, "Vault does not permit us dbsecrets/data/" + ID + ".pending");
        fails(store::probe, false, "Vault's policy does not let us create dbsecrets/data/dbroles/probe");

        server.policy("keeper", "dbsecrets/data/*", "create", "read", "update");
        SecretStore keeper = vault(2, new VaultAuth.Token(server.token(Duration.ZERO, HOUR, "keeper")))
                .folder("dbsecrets/data/");
        fails(keeper::probe, false, "does not let us delete dbsecrets/metadata/dbroles/probe.pending");
        fails(vault(1, root()).folder("dbsecrets/")::probe, false, "the secrets engine at 'dbsecrets' is KV version 2");

        SecretStore nowhere = vault("nowhere", 2, root()).folder("nowhere/");
        fails(() -> nowhere.current(ID), false, "Vault has no secrets engine at 'nowhere'");
        fails(nowhere::probe, false, "Vault has no secrets engine at 'nowhere'");
        SecretStore stranger =
                vault(2, new VaultAuth.Token(Secret.of("hvs.nobodys"))).folder("dbsecrets/data/");
        fails(() -> stranger.current(ID), false, "Vault does not take the token");
        fails(() -> vault(2, root()).folder("other/data/"), false, "is no path in the mount 'dbsecrets'");
        fails(() -> vault(2, root()).folder("dbsecrets/../x"), false, "is no path in the mount 'dbsecrets'");
        server.seal();
        fails(() -> store.current(ID), true, "Vault is sealed");
        server.unseal();
        server.close();
        fails(() -> store.current(ID), true, "cannot be reached");
    }

    @Test
    void renewsItsTokenAtTwoThirdsAndLogsInAgainAtTheEnd() {
        server.mount("dbsecrets", 2, false);
        server.policy("writer", "dbsecrets/*", "create", "read", "update", "delete");
        String role = server.appRole("approle", Secret.of("secret-id-canary"), HOUR, HOUR.multipliedBy(2), "writer");
        SecretStore store = vault(2, new VaultAuth.AppRole("approle", role, Secret.of("secret-id-canary")))
                .folder("dbsecrets/data/");
        store.current(ID);
        assertThat(server.calls())
                .filteredOn("POST /v1/auth/approle/login"::equals)
                .hasSize(1);

        now = now.plus(Duration.ofMinutes(39));
        store.current(ID);
        assertThat(server.calls()).doesNotContain("POST /v1/auth/token/renew-self");
        now = now.plus(Duration.ofMinutes(1));
        store.current(ID);
        assertThat(server.calls())
                .filteredOn("POST /v1/auth/token/renew-self"::equals)
                .hasSize(1);
        now = now.plus(Duration.ofHours(3));
        store.current(ID);
        assertThat(server.calls())
                .filteredOn("POST /v1/auth/approle/login"::equals)
                .hasSize(2);
    }

    @Test
    void doesNotLogInAgainForWhatItMayNotDo() {
        server.mount("dbsecrets", 2, false);
        String role = server.appRole("approle", Secret.of("secret-id-canary"), HOUR, HOUR, "nothing");
        SecretStore store = vault(2, new VaultAuth.AppRole("approle", role, Secret.of("secret-id-canary")))
                .folder("dbsecrets/data/");
        for (int i = 0; i < 3; i++) {
            fails(() -> store.current(ID), false, "Vault does not permit us dbsecrets/data/" + ID);
        }
        assertThat(server.calls())
                .filteredOn("POST /v1/auth/approle/login"::equals)
                .hasSize(1);
    }

    @Test
    void logsInAnewWhenItsTokenIsRevoked() throws IOException {
        server.mount("dbsecrets", 2, false);
        Secret first = server.token(Duration.ZERO, HOUR, "root");
        Path file = Files.writeString(folder.resolve("token"), first.reveal() + "\n");
        SecretStore store = vault(2, new VaultAuth.TokenFile(file)).folder("dbsecrets/data/");
        store.stage(ID, NEW);

        server.revoke(first);
        Files.writeString(file, server.token(Duration.ZERO, HOUR, "root").reveal());
        assertThat(store.pending(ID)).contains(NEW);
    }

    @Test
    void keepsAnIdleTokenAlive() {
        server.close();
        server = new VaultStandIn(folder, 0, Optional.empty(), InstantSource.system());
        server.mount("dbsecrets", 2, false);
        Secret brief = server.token(Duration.ofSeconds(3), HOUR, "root");
        Vault vault = new Vault(settings("dbsecrets", 2, new VaultAuth.Token(brief), null), InstantSource.system());
        open.add(vault);
        vault.folder("dbsecrets/data/").current(ID);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> server.calls().stream()
                                .filter("POST /v1/auth/token/renew-self"::equals)
                                .count()
                        >= 2);
    }

    @Test
    void logsInAsAPodAndInANamespace() throws IOException {
        server.mount("dbsecrets", 2, false);
        server.namespace("team-a");
        server.policy("writer", "dbsecrets/*", "create", "read", "update", "delete");
        server.kubernetes("kubernetes", "provisioner", Secret.of("the.pods.jwt"), HOUR, "writer");
        Path jwt = Files.writeString(folder.resolve("jwt"), "the.pods.jwt\n");
        VaultAuth auth = new VaultAuth.Kubernetes("kubernetes", "provisioner", jwt);
        Vault inside = new Vault(
                new VaultSettings(
                        URI.create(server.address()),
                        Optional.of("team-a"),
                        "dbsecrets",
                        2,
                        auth,
                        Optional.empty(),
                        Duration.ofSeconds(5)),
                this::now);
        open.add(inside);
        SecretStore store = inside.folder("dbsecrets/data/");
        store.stage(ID, NEW);
        assertThat(store.pending(ID)).contains(NEW);

        fails(() -> vault(2, auth).folder("dbsecrets/data/").current(ID), false, "Vault refuses the login");
        Files.writeString(jwt, "somebody.elses.jwt");
        Vault stranger = vaultIn("team-a", auth);
        fails(
                () -> stranger.folder("dbsecrets/data/").current(ID),
                false,
                "Vault refuses the login at auth/kubernetes");
    }

    @Test
    void trustsTheAuthorityThatItWasGivenAndNoOther() {
        server.close();
        LocalAuthority authority = LocalAuthority.in(folder.resolve("tls"));
        server = standIn(Optional.of(authority.issue("vault")));
        server.mount("dbsecrets", 2, false);
        VaultAuth auth = root();
        Vault trusting = new Vault(settings("dbsecrets", 2, auth, authority.certificateFile()), this::now);
        open.add(trusting);
        trusting.folder("dbsecrets/data/").stage(ID, NEW);

        Vault wary = new Vault(settings("dbsecrets", 2, auth, null), this::now);
        open.add(wary);
        fails(() -> wary.folder("dbsecrets/data/").current(ID), false, "is not trusted");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Vault(settings("dbsecrets", 2, auth, folder.resolve("absent")), this::now))
                .withMessageStartingWith("sallyport.vault.ca-file: ");
    }

    @Test
    void namesTheSettingThatIsWrong() {
        VaultAuth auth = root();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings("/x", 2, auth, null))
                .withMessageStartingWith("sallyport.vault.mount");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings("x", 3, auth, null))
                .withMessageStartingWith("sallyport.vault.kv-version");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new VaultSettings(
                        URI.create("vault:8200"),
                        Optional.empty(),
                        "x",
                        2,
                        auth,
                        Optional.empty(),
                        Duration.ofSeconds(1)))
                .withMessageStartingWith("sallyport.vault.address");
    }

    @Test
    void survivesARestartOfVault() {
        server.mount("dbsecrets", 2, false);
        SecretStore store = vault(2, root()).folder("dbsecrets/data/");
        store.stage(ID, NEW);
        store.publish(ID);
        server.close();
        server = standIn(Optional.empty());
        server.mount("dbsecrets", 2, false);
        assertThat(vault(2, root()).folder("dbsecrets/data/").current(ID)).contains(NEW);
    }

    private VaultStandIn standIn(Optional<dev.sallyport.sandbox.tls.ServerCertificate> tls) {
        return new VaultStandIn(folder, 0, tls, this::now);
    }

    private Instant now() {
        return now;
    }

    private VaultAuth root() {
        return new VaultAuth.Token(server.token(Duration.ZERO, HOUR, "root"));
    }

    private Vault vault(int version, VaultAuth auth) {
        return vault("dbsecrets", version, auth);
    }

    private Vault vault(String mount, int version, VaultAuth auth) {
        Vault vault = new Vault(settings(mount, version, auth, null), this::now);
        open.add(vault);
        return vault;
    }

    private Vault vaultIn(String namespace, VaultAuth auth) {
        Vault vault = new Vault(
                new VaultSettings(
                        URI.create(server.address()),
                        Optional.of(namespace),
                        "dbsecrets",
                        2,
                        auth,
                        Optional.empty(),
                        Duration.ofSeconds(5)),
                this::now);
        open.add(vault);
        return vault;
    }

    private VaultSettings settings(String mount, int version, VaultAuth auth, @Nullable Path authority) {
        return new VaultSettings(
                URI.create(server.address()),
                Optional.empty(),
                mount,
                version,
                auth,
                Optional.ofNullable(authority),
                Duration.ofSeconds(5));
    }

    private static void fails(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call, boolean passing, String message) {
        assertThatExceptionOfType(SecretStoreException.class)
                .isThrownBy(call)
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.transientFailure()).isEqualTo(passing))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("canary", "hvs.", "jwt"));
    }

    private static Map<String, Secret> entries(String password) {
        return Map.of("HOST", Secret.of("db"), "USER", Secret.of("hoop_ro"), "PASSWORD", Secret.of(password));
    }
}
