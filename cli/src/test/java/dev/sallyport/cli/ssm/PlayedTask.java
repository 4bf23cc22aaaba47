package dev.sallyport.cli.ssm;

import dev.sallyport.cli.ssm.channel.Timing;
import dev.sallyport.cli.ssm.signin.AwsSignIn;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.aws.Account;
import dev.sallyport.sandbox.aws.AwsStandIn;
import dev.sallyport.sandbox.aws.Cloud;
import dev.sallyport.sandbox.aws.session.EcsTask;
import dev.sallyport.sandbox.aws.session.ManagedSession;
import dev.sallyport.sandbox.aws.session.SessionManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

/** AWS with one task whose port 8080 is a server of the test. */
final class PlayedTask implements AutoCloseable {

    static final String ACCOUNT = "222233334444";
    static final String REGION = "eu-west-1";
    static final String TASK_ID = "0123456789abcdef0123456789abcdef";

    private static final String KEY = "AKIASALLYPORT1";

    /** In the management account, as {@link #KEY} is: for tests that are not about who may. */
    static final String HOME = "111122223333";

    final AwsStandIn aws;
    final ServerSocket port;
    final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
    final BlockingQueue<String> resumed = new LinkedBlockingQueue<>();

    /** What the listener of a carrier hears. */
    final SsmListener listener = new SsmListener() {
        @Override
        public void ended(String why, boolean passing) {
            ends.add((passing ? "passing: " : "lasting: ") + why);
        }

        @Override
        public void resumed() {
            resumed.add("resumed");
        }
    };

    /** What the port does with a connection. */
    interface Service {
        void serve(Socket socket) throws IOException;
    }

    PlayedTask(Path folder, Service service) throws IOException {
        Cloud cloud = new Cloud(
                folder,
                new Account(HOME, "management", "aws@example.com"),
                List.of(new Account(ACCOUNT, "proxy", "p@example.com")));
        cloud.addAccessKey(KEY, Secret.of("right-secret"), "alice@example.com");
        aws = new AwsStandIn(0, cloud);
        port = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        manager().addTask(task(HOME, Map.of(8080, port.getLocalPort())));
        Thread.ofVirtual().start(() -> accept(service));
    }

    private void accept(Service service) {
        while (!port.isClosed()) {
            try {
                Socket socket = port.accept();
                Thread.ofVirtual().start(() -> {
                    try (socket) {
                        service.serve(socket);
                    } catch (IOException e) {
                        // The test sees it at the other end.
                    }
                });
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    static EcsTask task(String account, Map<Integer, Integer> ports) {
        return new EcsTask(
                account,
                REGION,
                "sallyport",
                TASK_ID,
                TASK_ID + "-0123456789",
                Map.of("sallyport:proxy", "default"),
                ports);
    }

    SessionManager manager() {
        return aws.cloud().sessionManager();
    }

    ManagedSession session() {
        return manager().sessions().getLast();
    }

    SsmTicket ticket() {
        return ticket("AWS-StartPortForwardingSession", 8080);
    }

    SsmTicket ticket(String document, int portNumber) {
        return new SsmTicket(
                HOME,
                REGION,
                task(HOME, Map.of()).target(),
                document,
                portNumber,
                "gra_1",
                Optional.empty(),
                Optional.empty());
    }

    SsmSettings settings() {
        return settings(Timing.DEFAULT);
    }

    /** @param timing short ones for what never comes */
    SsmSettings settings(Timing timing) {
        return new SsmSettings(
                Optional.of(URI.create(aws.endpoint())),
                Duration.ofSeconds(10),
                Duration.ofMillis(600),
                Duration.ofSeconds(10),
                timing);
    }

    static AwsSignIn keys() {
        return (ticket, settings, listener) ->
                StaticCredentialsProvider.create(AwsBasicCredentials.create(KEY, "right-secret"));
    }

    SsmCarrier open() {
        return SsmCarrier.open(ticket(), keys(), settings(), listener);
    }

    @Override
    public void close() throws IOException {
        port.close();
        aws.close();
    }
}
