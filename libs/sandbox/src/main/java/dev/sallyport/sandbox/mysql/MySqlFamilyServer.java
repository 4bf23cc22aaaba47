package dev.sallyport.sandbox.mysql;

import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.files.Folders;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A real MySQL 8.0 or a real MariaDB 11.4 in a folder: initialised on the first start, taken up again on the next. It
 * listens on 127.0.0.1 only. Its superuser {@code root} has a random password, kept in the folder.
 */
public final class MySqlFamilyServer implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Distribution distribution;
    private final DetachedProcess process;
    private final int port;
    private final Secret adminPassword;
    private final Path log;
    private final boolean plainText;

    private MySqlFamilyServer(
            Distribution distribution,
            DetachedProcess process,
            int port,
            Secret adminPassword,
            Path log,
            boolean plainText) {
        this.distribution = distribution;
        this.process = process;
        this.port = port;
        this.adminPassword = adminPassword;
        this.log = log;
        this.plainText = plainText;
    }

    /** A server in {@code folder}, to be configured and started. */
    public static Builder in(Path folder, Distribution distribution) {
        return new Builder(folder, distribution);
    }

    /** How it is to run. */
    public static final class Builder {

        private final Path folder;
        private final Distribution distribution;
        private int port;
        private boolean durable = true;
        private @Nullable ServerCertificate tls;
        private boolean plainText;
        private @Nullable Path binaries;

        private Builder(Path folder, Distribution distribution) {
            this.folder = folder.toAbsolutePath().normalize();
            this.distribution = distribution;
        }

        /** The port; a free one unless told. */
        public Builder port(int wanted) {
            this.port = wanted;
            return this;
        }

        /** Another build of the same distribution: the folder with its {@code bin}. */
        public Builder binaries(Path home) {
            this.binaries = home.toAbsolutePath();
            return this;
        }

        /** Without flushing each transaction: for tests. */
        public Builder forTests() {
            this.durable = false;
            return this;
        }

        /** Offers TLS with this certificate; MySQL makes one of its own otherwise. */
        public Builder tls(ServerCertificate certificate) {
            this.tls = certificate;
            return this;
        }

        /** Offers no TLS at all: for measuring what there is besides. */
        public Builder plainText() {
            this.plainText = true;
            return this;
        }

        /** The process of this folder, when it runs. */
        public Optional<DetachedProcess> running() {
            return DetachedProcess.find(folder.resolve("pid"));
        }

        /**
         * Starts it, or takes over the one that runs in this folder already.
         *
         * @throws CannotStart when it is not ready within a minute
         */
        public MySqlFamilyServer start() {
            return FolderLock.in(folder, this::startAlone);
        }

        private MySqlFamilyServer startAlone() {
            Path binaries = this.binaries == null ? distribution.unpacked() : this.binaries;
            Path log = folder.resolve("log");
            try {
                Files.createDirectories(folder.resolve("tmp"));
                Secret password = keptPassword();
                if (!Files.isDirectory(folder.resolve("data"))) {
                    initialise(binaries, password);
                }
                Optional<DetachedProcess> existing = running();
                Path portFile = folder.resolve("port");
                int chosen = existing.isPresent()
                        ? Integer.parseInt(Files.readString(portFile).strip())
                        : (port == 0 ? FreePort.any() : port);
                Files.writeString(portFile, Integer.toString(chosen));
                DetachedProcess process = existing.orElseGet(() -> launch(binaries, log, chosen));
                MySqlFamilyServer server =
                        new MySqlFamilyServer(distribution, process, chosen, password, log, plainText);
                process.awaitReady(distribution.title(), log, START_LIMIT, server::answers);
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException("cannot prepare " + distribution.title() + " in " + folder, e);
            }
        }

        private Secret keptPassword() throws IOException {
            Path file = folder.resolve("password");
            if (!Files.exists(file)) {
                privately(file, Secret.random(32).reveal());
            }
            return Secret.of(Files.readString(file).strip());
        }

        /** Makes the data folder under another name, so that one that was cut off half-way is made again. */
        private void initialise(Path binaries, Secret password) throws IOException {
            Path fresh = folder.resolve("data.new");
            Path first = folder.resolve("first.sql");
            Folders.remove(fresh);
            Files.deleteIfExists(first);
            privately(
                    first,
                    "ALTER USER 'root'@'localhost' IDENTIFIED " + distribution.nativeOr("WITH caching_sha2_password ")
                            + "BY '" + password.reveal() + "';\n"
                            + "DROP USER IF EXISTS 'root'@'127.0.0.1';\n"
                            + "CREATE USER 'root'@'127.0.0.1' IDENTIFIED "
                            + distribution.nativeOr("WITH caching_sha2_password ")
                            + "BY '" + password.reveal() + "';\n"
                            + "GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION;\n");
            try {
                Process made = new ProcessBuilder(distribution.initialise(binaries, fresh, first, asRoot()))
                        .redirectErrorStream(true)
                        .start();
                String said = new String(made.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                if (!made.waitFor(90, TimeUnit.SECONDS) || made.exitValue() != 0) {
                    throw new CannotStart(distribution.title() + " cannot make its data folder: " + said.strip());
                }
                Files.move(fresh, folder.resolve("data"));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CannotStart("interrupted", e);
            } finally {
                Files.deleteIfExists(first);
            }
        }

        private DetachedProcess launch(Path binaries, Path log, int chosen) {
            List<String> command = distribution.run(binaries, folder, chosen, asRoot());
            if (!durable) {
                command.addAll(List.of("--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync"));
            }
            if (tls != null) {
                command.addAll(List.of(
                        "--ssl-ca=" + tls.authority(), "--ssl-cert=" + tls.certificate(), "--ssl-key=" + tls.key()));
            }
            if (plainText) {
                command.add("--ssl=OFF");
            }
            return DetachedProcess.start(command, Map.of(), folder, folder.resolve("pid"), log);
        }

        private static boolean asRoot() {
            return "root".equals(System.getProperty("user.name"));
        }
    }

    /** {@code MYSQL} or {@code MARIADB}. */
    public Engine engine() {
        return distribution.engine();
    }

    public String host() {
        return "127.0.0.1";
    }

    public int port() {
        return port;
    }

    /** The superuser. */
    public String adminUser() {
        return "root";
    }

    public Secret adminPassword() {
        return adminPassword;
    }

    /** A connection as the superuser; {@code database} may be empty. */
    public Connection connect(String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", adminUser());
        properties.setProperty("password", adminPassword.reveal());
        // On this loopback between us and our own child; what Sallyport itself opens is verified.
        properties.setProperty("sslMode", plainText ? "disable" : "trust");
        properties.setProperty("allowPublicKeyRetrieval", Boolean.toString(plainText));
        properties.setProperty("connectTimeout", "2000");
        properties.setProperty("allowMultiQueries", "true");
        return DriverManager.getConnection("jdbc:mariadb://127.0.0.1:" + port + "/" + database, properties);
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

    @Override
    public void close() {
        process.stop(Duration.ofSeconds(20));
    }

    private boolean answers() {
        try (Connection connection = connect("")) {
            return connection.isValid(1);
        } catch (SQLException notYet) {
            return false;
        }
    }

    private static void privately(Path file, String text) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
    }
}
