package dev.sallyport.benchmarks.proxy;

import dev.sallyport.sandbox.process.DetachedProcess;
import dev.sallyport.sandbox.process.FreePort;
import dev.sallyport.sandbox.tls.ServerCertificate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What people put before a database today: haproxy as a TCP proxy, and before PostgreSQL pgbouncer with one server connection per
 * client.
 */
final class Peers implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private final Path folder;
    private final Optional<ServerCertificate> tls;
    private final List<DetachedProcess> processes = new ArrayList<>();
    private final List<Route> routes = new ArrayList<>();

    private Peers(Path folder, Optional<ServerCertificate> tls) {
        this.folder = folder;
        this.tls = tls;
    }

    /**
     * Starts those that are installed, before the database of {@code direct}.
     *
     * @param tls what they show to clients, when both their legs are to be encrypted; haproxy passes TLS through
     */
    static Peers before(Route direct, String database, Path folder, Optional<ServerCertificate> tls)
            throws IOException {
        Files.createDirectories(folder);
        Peers peers = new Peers(folder, tls);
        Programs.find("haproxy").ifPresent(program -> peers.haproxy(program, direct));
        Programs.find("pgbouncer").ifPresent(program -> peers.pgbouncer(program, direct, database, "session", 2_000));
        return peers;
    }

    /** haproxy alone, where it is installed: before any server. */
    static Peers haproxyBefore(Route direct, Path folder) throws IOException {
        Files.createDirectories(folder);
        Peers peers = new Peers(folder, Optional.empty());
        Programs.find("haproxy").ifPresent(program -> peers.haproxy(program, direct));
        return peers;
    }

    /**
     * A pgbouncer that gives a client a server connection for a transaction only: few of them for any number of clients. Empty
     * where it is not installed.
     */
    static Optional<Peers> pooling(Route direct, String database, Path folder) throws IOException {
        Optional<Path> program = Programs.find("pgbouncer");
        if (program.isEmpty()) {
            return Optional.empty();
        }
        Files.createDirectories(folder);
        Peers peers = new Peers(folder, Optional.empty());
        peers.pgbouncer(program.get(), direct, database, "transaction", 20);
        return Optional.of(peers);
    }

    List<Route> routes() {
        return List.copyOf(routes);
    }

    private void haproxy(Path program, Route direct) {
        int port = FreePort.any();
        Path file = write("haproxy.cfg", """
                global
                  maxconn 9900
                defaults
                  mode tcp
                  timeout connect 5s
                  timeout client 1h
                  timeout server 1h
                listen bench
                  bind 127.0.0.1:%d
                  server target 127.0.0.1:%d
                """.formatted(port, direct.port()));
        start("haproxy", direct, port, List.of(program.toString(), "-db", "-f", file.toString()));
    }

    private void pgbouncer(Path program, Route direct, String database, String mode, int poolSize) {
        int port = FreePort.any();
        Path users = write("users.txt", "\"%s\" \"%s\"\n".formatted(direct.user(), direct.password()));
        Path file = write(
                "pgbouncer.ini", """
                [databases]
                %s = host=127.0.0.1 port=%d
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                auth_type = scram-sha-256
                auth_file = %s
                pool_mode = %s
                max_client_conn = 19000
                default_pool_size = %d
                unix_socket_dir =
                %s
                """.formatted(database, direct.port(), port, users, mode, poolSize, encryption()));
        List<String> command = new ArrayList<>(List.of(program.toString(), file.toString()));
        if (System.getProperty("user.name").equals("root")) {
            // It refuses to run as root.
            command.addAll(List.of("-u", "nobody"));
        }
        start("pgbouncer", direct, port, command);
    }

    private String encryption() {
        return tls.map(shown -> """
                client_tls_sslmode = require
                client_tls_cert_file = %s
                client_tls_key_file = %s
                server_tls_sslmode = require""".formatted(
                                readable("pgbouncer.pem", shown.certificate()), readable("pgbouncer.key", shown.key())))
                .orElse("server_tls_sslmode = disable");
    }

    /** A copy for whom it runs as: the key is made for this benchmark and ends with it. */
    private Path readable(String name, Path file) {
        try {
            return write(name, Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void start(String name, Route direct, int port, List<String> command) {
        Path log = folder.resolve(name + ".log");
        DetachedProcess process = DetachedProcess.start(command, Map.of(), folder, folder.resolve(name + ".pid"), log);
        processes.add(process);
        process.awaitReady(name, log, START_LIMIT, () -> listens(port));
        routes.add(new Route(name, port, direct.user(), direct.password(), ProcessHandle.of(process.pid())));
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    private Path write(String name, String text) {
        try {
            Path file = Files.writeString(folder.resolve(name), text);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        processes.forEach(process -> process.stop(Duration.ofSeconds(5)));
    }
}
