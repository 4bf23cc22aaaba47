package dev.sallyport.sandbox.postgres;

import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.files.Folders;
import dev.sallyport.sandbox.files.Unpacked;
import dev.sallyport.sandbox.process.CannotStart;
import dev.sallyport.sandbox.process.DetachedProcess;
import dev.sallyport.sandbox.process.FolderLock;
import dev.sallyport.sandbox.process.FreePort;
import dev.sallyport.sandbox.tls.ServerCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL in a folder: initialised on the first start, taken up again on the next. It listens on 127.0.0.1
 * only and asks everybody for a password (SCRAM). Its superuser {@code postgres} has a random one, kept in the folder.
 *
 * <p>PostgreSQL does not run as root: there it gets a user namespace of its own.
 */
public final class PostgresServer implements AutoCloseable {

    private static final String RESOURCE = "postgres-linux-x86_64.txz";
    private static final String UNPACKED = "postgres-18.6.0";
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final DetachedProcess process;
    private final int port;
    private final Secret adminPassword;
    private final Path log;

    private PostgresServer(DetachedProcess process, int port, Secret adminPassword, Path log) {
        this.process = process;
        this.port = port;
        this.adminPassword = adminPassword;
        this.log = log;
    }

    /** A server in {@code folder}, to be configured and started. */
    public static Builder in(Path folder) {
        return new Builder(folder);
    }

    /** How it is to run. */
    public static final class Builder {

        private final Path folder;
        private int port;
        private boolean durable = true;
        private @Nullable ServerCertificate tls;
        private @Nullable Path binaries;
        private final List<String> settings = new ArrayList<>();
        private @Nullable CertificateLogins certificateLogins;

        private Builder(Path folder) {
            this.folder = folder.toAbsolutePath().normalize();
        }

        /** The port; a free one unless told. */
        public Builder port(int wanted) {
            this.port = wanted;
            return this;
        }

        /** Another version: its artifact's jar, named for instance {@code postgres-17.11.0.jar}. PostgreSQL 18 unless told. */
        public Builder binaries(Path jar) {
            this.binaries = jar.toAbsolutePath();
            return this;
        }

        /** Without fsync: for tests, whose data need not survive the machine. */
        public Builder forTests() {
            this.durable = false;
            return this;
        }

        /** A setting of the server's own (Server Configuration); it overrides ours. */
        public Builder setting(String name, String value) {
            settings.addAll(List.of("-c", name + "=" + value));
            return this;
        }

        /** Offers TLS with this certificate. */
        public Builder tls(ServerCertificate certificate) {
            this.tls = certificate;
            return this;
        }

        /** Who logs in by a client's certificate instead of a password; needs {@link #tls}. */
        public Builder logins(CertificateLogins byCertificate) {
            this.certificateLogins = byCertificate;
            return this;
        }

        /** The process of this folder, when it runs. */
        public Optional<DetachedProcess> running() {
            return DetachedProcess.find(pidFile());
        }

        /**
         * Starts it, or takes over the one that runs in this folder already.
         *
         * @throws CannotStart when it is not ready within a minute
         */
        public PostgresServer start() {
            return FolderLock.in(folder, this::startAlone);
        }

        private PostgresServer startAlone() {
            Path binaries = unpacked();
            Path data = folder.resolve("data");
            Path log = folder.resolve("log");
            try {
                Files.createDirectories(folder);
                Secret password = keptPassword();
                if (!Files.exists(data.resolve("PG_VERSION"))) {
                    initialise(binaries, data, password);
                }
                Optional<DetachedProcess> existing = running();
                int chosen = existing.isPresent() ? portOf(data) : (port == 0 ? FreePort.any() : port);
                DetachedProcess process = existing.orElseGet(() -> launch(binaries, data, log, chosen));
                PostgresServer server = new PostgresServer(process, chosen, password, log);
                process.awaitReady("PostgreSQL", log, START_LIMIT, server::answers);
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException("cannot prepare PostgreSQL in " + folder, e);
            }
        }

        private Path unpacked() {
            Unpacked cache = Unpacked.inUserCache();
            Path jar = this.binaries;
            return jar == null
                    ? cache.archive(UNPACKED, RESOURCE)
                    : cache.archive(jar.getFileName().toString().replace(".jar", ""), jar, RESOURCE);
        }

        private Path pidFile() {
            return folder.resolve("pid");
        }

        private Secret keptPassword() throws IOException {
            Path file = folder.resolve("password");
            if (!Files.exists(file)) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(file, Secret.random(32).reveal());
            }
            return Secret.of(Files.readString(file).strip());
        }

        private void initialise(Path binaries, Path data, Secret password) throws IOException {
            Path passwordFile = Files.createTempFile(
                    folder,
                    "pw",
                    "",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Path fresh = folder.resolve("data.new");
            try {
                Files.writeString(passwordFile, password.reveal());
                Folders.remove(fresh);
                List<String> command = asNobodySpecial(List.of(
                        binaries.resolve("bin/initdb").toString(),
                        "-D",
                        fresh.toString(),
                        "-U",
                        "postgres",
                        "--pwfile=" + passwordFile,
                        "-A",
                        "scram-sha-256",
                        "-E",
                        "UTF8",
                        "--locale=C",
                        durable ? "--data-checksums" : "--no-sync"));
                Process initdb =
                        new ProcessBuilder(command).redirectErrorStream(true).start();
                String said = new String(initdb.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (!initdb.waitFor(60, TimeUnit.SECONDS) || initdb.exitValue() != 0) {
                    throw new CannotStart("PostgreSQL cannot make its data folder " + data + ": " + said.strip());
                }
                Files.move(fresh, data);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CannotStart("interrupted", e);
            } finally {
                Files.deleteIfExists(passwordFile);
            }
        }

        private DetachedProcess launch(Path binaries, Path data, Path log, int chosen) {
            removeStaleLock(data);
            List<String> command = new ArrayList<>(List.of(
                    binaries.resolve("bin/postgres").toString(),
                    "-D",
                    data.toString(),
                    "-p",
                    Integer.toString(chosen),
                    "-h",
                    "127.0.0.1",
                    "-k",
                    "",
                    "-c",
                    "shared_buffers=32MB",
                    "-c",
                    "max_connections=200",
                    "-c",
                    "log_connections=off",
                    "-c",
                    "log_statement=none"));
            if (!durable) {
                command.addAll(
                        List.of("-c", "fsync=off", "-c", "full_page_writes=off", "-c", "synchronous_commit=off"));
            }
            if (tls != null) {
                command.addAll(List.of(
                        "-c", "ssl=on", "-c", "ssl_cert_file=" + tls.certificate(), "-c", "ssl_key_file=" + tls.key()));
            }
            command.addAll(settings);
            if (certificateLogins != null) {
                command.addAll(certificateLogins.options(folder));
            }
            return DetachedProcess.start(asNobodySpecial(command), Map.of(), folder, pidFile(), log);
        }

        /**
         * A crash leaves PostgreSQL's own lock behind, and its pid may be somebody else's by now: PostgreSQL would then refuse to
         * start. The lock of a PostgreSQL that lives stays: two on the same data would ruin it.
         */
        private static void removeStaleLock(Path data) {
            Path file = data.resolve("postmaster.pid");
            try {
                if (!Files.exists(file)) {
                    return;
                }
                long pid = Long.parseLong(Files.readAllLines(file).getFirst().strip());
                boolean postgres = ProcessHandle.of(pid)
                        .filter(ProcessHandle::isAlive)
                        .flatMap(process -> process.info().command())
                        .filter(command -> command.endsWith("/postgres"))
                        .isPresent();
                if (postgres) {
                    throw new CannotStart("another PostgreSQL (pid " + pid + ") runs on " + data + ": stop it first");
                }
                Files.delete(file);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot look at " + file, e);
            }
        }

        private static int portOf(Path data) throws IOException {
            // Fourth line of postmaster.pid: the port (PostgreSQL source, miscadmin.h, LOCK_FILE_LINE_PORT).
            return Integer.parseInt(
                    Files.readAllLines(data.resolve("postmaster.pid")).get(3).strip());
        }

        private static List<String> asNobodySpecial(List<String> command) {
            if (!"root".equals(System.getProperty("user.name"))) {
                return command;
            }
            List<String> wrapped = new ArrayList<>(List.of("unshare", "-U"));
            wrapped.addAll(command);
            return wrapped;
        }
    }

    public String host() {
        return "127.0.0.1";
    }

    public int port() {
        return port;
    }

    /** The superuser. */
    public String adminUser() {
        return "postgres";
    }

    public Secret adminPassword() {
        return adminPassword;
    }

    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
    }

    /** A connection as the superuser. */
    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(jdbcUrl(database), adminUser(), adminPassword.reveal());
    }

    /** Runs statements as the superuser. */
    public void execute(String database, String... statements) {
        try (Connection connection = connect(database);
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the superuser could not do it: " + e.getMessage(), e);
        }
    }

    public DetachedProcess process() {
        return process;
    }

    public Path log() {
        return log;
    }

    /** Ends it at once for its clients, in good order for its data (fast shutdown: SIGINT). */
    public static void stop(DetachedProcess process) {
        process.signal("INT");
        process.stop(Duration.ofSeconds(20));
    }

    @Override
    public void close() {
        if (process.alive()) {
            stop(process);
        }
    }

    private boolean answers() {
        try (Connection connection = connect("postgres")) {
            return connection.isValid(1);
        } catch (SQLException notYet) {
            return false;
        }
    }
}
