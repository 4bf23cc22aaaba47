package dev.sallyport.cli.ssm;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.cli.ssm.channel.SsmFailure;
import dev.sallyport.cli.ssm.signin.AwsSignIn;
import dev.sallyport.cli.tunnel.Carrier;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/**
 * The same way as {@link SsmCarrier}, kept open by AWS's session-manager-plugin, for those who want that (sessions encrypted with a KMS key, for instance).
 * It is run as the AWS CLI runs it: response, region, operation, profile, parameters, endpoint; what is secret goes through its environment.
 */
public final class PluginCarrier implements Carrier {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String RESPONSE = "AWS_SSM_START_SESSION_RESPONSE";
    /** The first that reads the response from the environment (its release notes). */
    private static final int[] OLDEST = {1, 2, 536, 0};

    private static final Pattern VERSION = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})\\.(\\d{1,6})\\.(\\d{1,6})");
    private static final Pattern OPENED = Pattern.compile("Port (\\d{1,5}) opened for sessionId ");
    private static final Duration VERSION_LIMIT = Duration.ofSeconds(10);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    private final Process process;
    private final InetSocketAddress address;
    private final SsmSessions sessions;
    private final String sessionId;

    private PluginCarrier(Process process, InetSocketAddress address, SsmSessions sessions, String sessionId) {
        this.process = process;
        this.address = address;
        this.sessions = sessions;
        this.sessionId = sessionId;
    }

    /**
     * Signs in to AWS, starts a session, and has the plugin open the port.
     *
     * @param program the plugin's file, or its name to be found on the {@code PATH}: {@code session-manager-plugin}
     * @throws SsmFailure when a step fails, or there is no plugin
     */
    public static PluginCarrier open(
            String program, SsmTicket ticket, AwsSignIn signIn, SsmSettings settings, SsmListener listener) {
        checkVersion(program);
        AwsCredentialsProvider credentials = signIn.credentials(ticket, settings, listener);
        SsmSessions sessions = new SsmSessions(ticket, credentials, settings, listener);
        try {
            SsmSessions.Started started = sessions.start();
            Process process = run(program, ticket, settings, started, credentials.resolveCredentials());
            try {
                int port = port(process, settings.timing().handshake());
                process.onExit().thenAccept(gone -> listener.ended("session-manager-plugin ended", true));
                return new PluginCarrier(
                        process, new InetSocketAddress(InetAddress.getLoopbackAddress(), port), sessions, started.id());
            } catch (SsmFailure e) {
                process.destroyForcibly();
                sessions.terminate(started.id());
                throw e;
            }
        } catch (RuntimeException e) {
            sessions.close();
            throw e;
        }
    }

    /** Where connections go to; on the loopback interface. */
    @Override
    public InetSocketAddress address() {
        return address;
    }

    @Override
    public boolean tls() {
        return false;
    }

    /** Ends the plugin and the session. Repeating it does nothing. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
        sessions.terminate(sessionId);
        sessions.close();
    }

    private static void checkVersion(String program) {
        String said = "";
        try {
            Process asked = new ProcessBuilder(program, "--version")
                    .redirectErrorStream(true)
                    .start();
            if (!asked.waitFor(VERSION_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                asked.destroyForcibly();
                throw SsmFailure.lasting(program + " --version does not answer");
            }
            said = new String(asked.getInputStream().readNBytes(256), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw SsmFailure.lasting("there is no program " + program
                    + "; install AWS's Session Manager plugin, or leave --plugin away: sally does without it");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw SsmFailure.passing("interrupted");
        }
        Matcher version = VERSION.matcher(said);
        if (!version.matches() || older(version)) {
            throw SsmFailure.lasting(
                    program + " is of version '" + said.lines().findFirst().orElse("")
                            + "'; 1.2.536.0 or later is needed: update it, or leave --plugin away");
        }
    }

    private static boolean older(Matcher version) {
        int[] numbers = new int[OLDEST.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Integer.parseInt(version.group(i + 1));
        }
        return java.util.Arrays.compare(numbers, OLDEST) < 0;
    }

    private static Process run(
            String program, SsmTicket ticket, SsmSettings settings, SsmSessions.Started started, AwsCredentials keys) {
        String parameters = json(Map.of(
                "Target",
                ticket.target(),
                "DocumentName",
                ticket.document(),
                "Parameters",
                Map.of("portNumber", List.of(Integer.toString(ticket.port())))));
        String endpoint =
                settings.endpoint().map(Object::toString).orElse("https://ssm." + ticket.region() + ".amazonaws.com");
        ProcessBuilder plugin = new ProcessBuilder(
                        program, RESPONSE, ticket.region(), "StartSession", "", parameters, endpoint)
                .redirectErrorStream(true);
        Map<String, String> environment = plugin.environment();
        environment.put(
                RESPONSE,
                json(Map.of(
                        "SessionId", started.id(),
                        "TokenValue", started.token().reveal(),
                        "StreamUrl", started.streamUrl())));
        environment.remove("AWS_PROFILE");
        environment.put("AWS_ACCESS_KEY_ID", keys.accessKeyId());
        environment.put("AWS_SECRET_ACCESS_KEY", keys.secretAccessKey());
        environment.remove("AWS_SESSION_TOKEN");
        if (keys instanceof AwsSessionCredentials session) {
            environment.put("AWS_SESSION_TOKEN", session.sessionToken());
        }
        try {
            return plugin.start();
        } catch (IOException e) {
            throw SsmFailure.lasting(program + " cannot be run: " + e.getMessage());
        }
    }

    /** The port that the plugin says it opened; its output is read on, so that it never waits for us. */
    private static int port(Process process, Duration limit) {
        CompletableFuture<Integer> port = new CompletableFuture<>();
        Thread.ofVirtual().name("ssm-plugin-output").start(() -> read(process, port));
        try {
            return port.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw SsmFailure.passing("session-manager-plugin opened no port within " + limit.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw SsmFailure.passing("session-manager-plugin ended without opening a port: " + lastWords(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw SsmFailure.passing("interrupted");
        }
    }

    private static String lastWords(ExecutionException e) {
        return e.getCause() == null ? "" : String.valueOf(e.getCause().getMessage());
    }

    private static void read(Process process, CompletableFuture<Integer> port) {
        String last = "it said nothing";
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Matcher opened = OPENED.matcher(line);
                if (opened.find()) {
                    port.complete(Integer.parseInt(opened.group(1)));
                }
                last = line.isBlank() ? last : line;
            }
        } catch (IOException e) {
            // It is gone.
        }
        port.completeExceptionally(new IOException(last));
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
