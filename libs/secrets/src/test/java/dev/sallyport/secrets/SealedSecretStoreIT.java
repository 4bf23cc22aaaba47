package dev.sallyport.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.postgres.ControlPlane;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealedSecretStoreIT {

    private static final String ID = "dbroles/111111111111/us-west-2/orders/hoop_ro";
    private static final Map<String, Secret> OLD = Map.of("PASSWORD", Secret.of("canary-old"));
    private static final Map<String, Secret> NEW = Map.of("PASSWORD", Secret.of("canary-new"));

    @TempDir
    static Path folder;

    private static ControlPlane plane;
    private static Path keyset;

    private SealedSecretStore store;

    @BeforeAll
    static void start() {
        plane = ControlPlane.forTests(folder);
        keyset = folder.resolve("keyset.json");
        Keyset.create(keyset);
        SealedSecretStore.migrate(settings("sallyport_secrets", keyset));
    }

    @AfterAll
    static void stop() {
        plane.close();
    }

    @BeforeEach
    void open() {
        plane.server().execute("sallyport", "TRUNCATE secrets.sealed_secret");
        store = SealedSecretStore.open(settings("sallyport_secrets", keyset));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void keepsWhatIsStagedApartUntilItIsPublished() {
        store.stage(ID, OLD);
        assertThat(store.current(ID)).isEmpty();
        assertThat(store.pending(ID)).contains(OLD);
        store.publish(ID);
        store.stage(ID, NEW);
        assertThat(store.current(ID)).contains(OLD);
        assertThat(store.pending(ID)).contains(NEW);
        store.publish(ID);
        assertThat(store.current(ID)).contains(NEW);
        assertThat(store.pending(ID)).isEmpty();
    }

    @Test
    void mayBeToldEverythingTwice() {
        store.stage(ID, OLD);
        store.stage(ID, NEW);
        store.publish(ID);
        store.publish(ID);
        assertThat(store.current(ID)).contains(NEW);
        store.stage(ID, OLD);
        store.unstage(ID);
        store.unstage(ID);
        assertThat(store.pending(ID)).isEmpty();
        store.delete(ID);
        store.delete(ID);
        assertThat(store.current(ID)).isEmpty();
    }

    @Test
    void publishesOnceWhenManyDoSoAtOnce() throws Exception {
        store.stage(ID, NEW);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                all.add(threads.submit(() -> store.publish(ID)));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
        assertThat(store.current(ID)).contains(NEW);
        assertThat(store.pending(ID)).isEmpty();
    }

    @Test
    void refusesRowsThatWereExchangedOrMoved() {
        store.stage("a", OLD);
        store.publish("a");
        store.stage("b", NEW);
        store.publish("b");
        plane.server().execute("sallyport", """
                UPDATE secrets.sealed_secret x SET sealed = y.sealed FROM secrets.sealed_secret y
                WHERE x.secret_id <> y.secret_id""");
        assertRefused(() -> store.current("a"), false, "its row was changed");
        assertRefused(() -> store.current("b"), false, "its row was changed");

        store.stage(ID, NEW);
        plane.server().execute("sallyport", "UPDATE secrets.sealed_secret SET slot = 'current' WHERE slot = 'pending'");
        assertRefused(() -> store.current(ID), false, "its row was changed");
    }

    @Test
    void refusesARowThatWasTamperedWith() {
        store.stage(ID, OLD);
        plane.server().execute("sallyport", "UPDATE secrets.sealed_secret SET sealed = set_byte(sealed, 20, 0)");
        assertRefused(() -> store.pending(ID), false, ID);
        assertRefused(() -> store.publish(ID), false, ID);
    }

    @Test
    void refusesToWorkWithAnotherKeyset() {
        store.stage(ID, OLD);
        Path other = folder.resolve("other.json");
        Keyset.create(other);
        try (SealedSecretStore wrong = SealedSecretStore.open(settings("sallyport_secrets", other))) {
            assertRefused(() -> wrong.pending(ID), false, "another keyset sealed it");
            assertRefused(wrong::probe, false, "another keyset sealed it");
        }
    }

    @Test
    void probesWithoutLeavingATrace() {
        store.probe();
        store.stage(ID, OLD);
        store.probe();
        plane.server()
                .execute("sallyport", "DO $$ BEGIN ASSERT (SELECT count(*) FROM secrets.sealed_secret) = 1; END $$");
    }

    @Test
    void letsTheReaderReadAndNoMore() {
        store.stage(ID, OLD);
        store.publish(ID);
        try (SealedSecretStore reader = SealedSecretStore.open(settings("sallyport_secrets_reader", keyset))) {
            assertThat(reader.current(ID)).contains(OLD);
            assertRefused(() -> reader.stage(ID, NEW), false, "permission denied");
            assertRefused(() -> reader.delete(ID), false, "permission denied");
            assertRefused(reader::probe, false, "permission denied");
        }
        assertThat(store.current(ID)).contains(OLD);
    }

    @Test
    void startsWhileItsDatabaseIsDownAndSaysSoWhenAsked() {
        SealedStoreSettings nowhere = new SealedStoreSettings(
                "jdbc:postgresql://127.0.0.1:1/sallyport", "sallyport_secrets", Secret.of("canary-password"), keyset);
        try (SealedSecretStore down = SealedSecretStore.open(nowhere)) {
            assertRefused(() -> down.current(ID), true, "could not read " + ID);
            assertRefused(down::probe, true, "could not be written");
        }
        assertRefused(() -> SealedSecretStore.migrate(nowhere), true, "could not be brought up to date");
    }

    @Test
    void migratesSideBySide() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> one = threads.submit(() -> SealedSecretStore.migrate(settings("sallyport_secrets", keyset)));
            Future<?> two = threads.submit(() -> SealedSecretStore.migrate(settings("sallyport_secrets", keyset)));
            assertThatCode(one::get).doesNotThrowAnyException();
            assertThatCode(two::get).doesNotThrowAnyException();
        }
    }

    private static SealedStoreSettings settings(String role, Path keys) {
        return new SealedStoreSettings(plane.jdbcUrl(), role, plane.password(role), keys);
    }

    private static void assertRefused(Runnable call, boolean passing, String message) {
        assertThatExceptionOfType(SecretStoreException.class)
                .isThrownBy(call::run)
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.transientFailure()).isEqualTo(passing))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("canary"));
    }
}
