package dev.sallyport.cli.ssm;

import dev.sallyport.cli.ssm.channel.Session;
import dev.sallyport.cli.ssm.channel.SsmFailure;
import dev.sallyport.kernel.Secret;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.DoesNotExistException;
import software.amazon.awssdk.services.ssm.model.ResumeSessionResponse;
import software.amazon.awssdk.services.ssm.model.StartSessionResponse;
import software.amazon.awssdk.services.ssm.model.TargetNotConnectedException;

/** Session Manager's calls: StartSession, ResumeSession and TerminateSession (Systems Manager API reference). */
final class SsmSessions implements AutoCloseable {

    private static final Set<String> DENIED = Set.of("AccessDeniedException", "AccessDenied");
    private static final Set<String> NOBODY =
            Set.of("ExpiredTokenException", "ExpiredToken", "UnrecognizedClientException", "InvalidClientTokenId");

    private final SsmClient ssm;
    private final SsmTicket ticket;
    private final boolean plain;
    private final FreshRole freshRole;

    SsmSessions(SsmTicket ticket, AwsCredentialsProvider credentials, SsmSettings settings, SsmListener listener) {
        this.ticket = ticket;
        this.ssm = new AwsClients(settings).make(SsmClient.builder(), ticket.region(), credentials);
        this.plain = settings.endpoint().isPresent();
        this.freshRole = new FreshRole(settings.freshRole(), listener);
    }

    /** A started session, for those who open its data channel themselves. */
    record Started(String id, String streamUrl, Secret token) {}

    /** @throws SsmFailure when AWS does not start it */
    Started start() {
        try {
            StartSessionResponse started = freshRole.patiently(
                    SsmSessions::denied,
                    () -> ssm.startSession(request -> request.target(ticket.target())
                            .documentName(ticket.document())
                            .parameters(Map.of("portNumber", List.of(Integer.toString(ticket.port()))))));
            return new Started(started.sessionId(), started.streamUrl(), Secret.of(started.tokenValue()));
        } catch (SdkException e) {
            throw failure(e);
        }
    }

    /** The same session for our own data channel. */
    Session session(Started started) {
        return new Session() {
            @Override
            public String id() {
                return started.id();
            }

            @Override
            public Door door() {
                return new Door(safe(started.streamUrl()), started.token());
            }

            @Override
            public Door resume() {
                return SsmSessions.this.resume(started.id());
            }

            @Override
            public void terminate() {
                SsmSessions.this.terminate(started.id());
            }
        };
    }

    private Session.Door resume(String id) {
        try {
            ResumeSessionResponse resumed = ssm.resumeSession(request -> request.sessionId(id));
            if (resumed.tokenValue() == null || resumed.tokenValue().isEmpty()) {
                throw SsmFailure.passing("the session timed out");
            }
            return new Session.Door(safe(resumed.streamUrl()), Secret.of(resumed.tokenValue()));
        } catch (DoesNotExistException e) {
            throw SsmFailure.lasting("the session is over");
        } catch (SdkException e) {
            throw failure(e);
        }
    }

    /** Best effort: the session ends by itself when nobody is there. */
    void terminate(String id) {
        try {
            ssm.terminateSession(request -> request.sessionId(id));
        } catch (SdkException e) {
            // It is over already, or AWS is away, and then it times out.
        }
    }

    @Override
    public void close() {
        ssm.close();
    }

    /** A token goes over TLS, or to a stand-in on this machine. */
    private URI safe(String streamUrl) {
        URI url = URI.create(streamUrl);
        if ("wss".equals(url.getScheme()) || (plain && "ws".equals(url.getScheme()) && loopback(url.getHost()))) {
            return url;
        }
        throw SsmFailure.lasting("Session Manager answered with a data channel that is not encrypted ("
                + url.getScheme() + "://" + url.getHost() + "); is AWS_ENDPOINT_URL right?");
    }

    private static boolean loopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    static boolean denied(SdkException e) {
        return e instanceof AwsServiceException service && DENIED.contains(code(service));
    }

    private static String code(AwsServiceException e) {
        return e.awsErrorDetails() == null
                ? ""
                : String.valueOf(e.awsErrorDetails().errorCode());
    }

    private static String message(AwsServiceException e) {
        return e.awsErrorDetails() == null
                ? ""
                : String.valueOf(e.awsErrorDetails().errorMessage());
    }

    private SsmFailure failure(SdkException e) {
        if (e instanceof TargetNotConnectedException) {
            return SsmFailure.passing("the proxy's task " + ticket.target()
                    + " is not connected to Session Manager: it has ended, or `ECS Exec` is not enabled for it");
        }
        if (!(e instanceof AwsServiceException service)) {
            return SsmFailure.passing("Session Manager in " + ticket.region() + " cannot be reached ("
                    + e.getClass().getSimpleName() + ")");
        }
        if (denied(service)) {
            return SsmFailure.lasting("AWS does not let you start a session on the proxy's task in account "
                    + ticket.accountId() + ": " + message(service) + " Is the grant still active?");
        }
        if (NOBODY.contains(code(service))) {
            return SsmFailure.lasting("AWS does not know your credentials any more; sign in to AWS again");
        }
        return service.statusCode() >= 500 || service.isThrottlingException()
                ? SsmFailure.passing("Session Manager failed: " + code(service))
                : SsmFailure.lasting("Session Manager refused: " + code(service) + " " + message(service));
    }
}
