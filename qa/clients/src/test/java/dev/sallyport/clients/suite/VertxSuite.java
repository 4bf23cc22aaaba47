package dev.sallyport.clients.suite;

import dev.sallyport.rig.Endpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The tests of one of Vert.x' clients, against a database that is there already: without its address they would start one in a
 * container.
 */
public final class VertxSuite {

    private static final Path FOLDER = Suite.FOLDER.resolve("vertx");

    private final String scheme;
    private final Suite suite;

    /**
     * @param client {@code vertx-pg-client}, …
     * @param scheme of its connection URIs
     * @param without what is left out: more of the launcher's own options
     */
    public VertxSuite(String client, String scheme, String... without) {
        this.scheme = scheme;
        List<Path> classPath = new ArrayList<>(List.of(FOLDER.resolve(client)));
        // Their tests ask that there is one client only.
        classPath.addAll(Suite.jars("vertx/lib-of-" + client));
        classPath.addAll(Suite.jars("vertx/lib"));
        List<String> selection = new ArrayList<>(List.of("--scan-class-path=" + FOLDER.resolve(client)));
        selection.addAll(List.of(without));
        this.suite = new Suite(client, classPath, selection, Duration.ofMinutes(30));
    }

    /** A file that its tests have brought along, such as the tables that they look for. */
    public static Path file(String client, String name) {
        return FOLDER.resolve(client).resolve(name);
    }

    /** Runs it. The address has the password in it, so it is told by a file that only we can read. */
    public SuiteReport run(Endpoint endpoint) {
        String uri =
                scheme + "://" + endpoint.user() + ":" + endpoint.password().reveal() + "@" + endpoint.host() + ":"
                        + endpoint.port() + "/" + endpoint.database();
        Path options = FOLDER.resolve("options." + endpoint.way());
        try {
            Files.deleteIfExists(options);
            Files.createFile(
                    options, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(options, "-Dconnection.uri=" + uri + "\n", StandardCharsets.US_ASCII);
            return suite.run(endpoint, List.of("@" + options), Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
