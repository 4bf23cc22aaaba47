package dev.sallyport.cli;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Goes once through what commands do at their start, for the JVM to note what it loads (JEP 514: {@code -XX:AOTCacheOutput}). The
 * {@code sally} script runs it after a build; with the notes a command starts in a third of the time.
 */
final class Rehearsal {

    private static final String NOTHING = "{\"items\": [], \"next_cursor\": null, \"roles\": []}";

    private static final List<String> LINES = List.of(
            "--help",
            "--version",
            "rds proxy --help",
            "whoami",
            "entitlements",
            "requests --status active -o json",
            "grants",
            "request --target nothing --yes",
            "rds proxy --target nothing --yes",
            "instances --help");

    public static void main(String[] args) throws IOException {
        Path token = Files.writeString(Files.createTempFile("sally-rehearsal", ""), "none");
        HttpServer api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/", exchange -> {
            byte[] body = NOTHING.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        api.start();
        PrintStream out = System.out;
        PrintStream quiet = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        System.setOut(quiet);
        System.setErr(quiet);
        for (String line : LINES) {
            boolean calls = !line.contains("--help") && !line.startsWith("--");
            Sally.run((calls
                            ? line + " --api-url http://127.0.0.1:"
                                    + api.getAddress().getPort() + " --token-file " + token
                            : line)
                    .split(" "));
        }
        api.stop(0);
        Files.delete(token);
        out.println("rehearsed " + LINES.size() + " commands");
        System.exit(0);
    }

    private Rehearsal() {}
}
