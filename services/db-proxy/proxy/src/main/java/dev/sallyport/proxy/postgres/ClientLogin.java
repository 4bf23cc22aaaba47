package dev.sallyport.proxy.postgres;

import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.contracts.grants.LoginVerifiers;
import dev.sallyport.kernel.Engine;
import dev.sallyport.pgwire.AuthRequest;
import dev.sallyport.pgwire.Messages;
import dev.sallyport.pgwire.PgWireException;
import dev.sallyport.pgwire.WholeMessage;
import dev.sallyport.pgwire.auth.MockVerifiers;
import dev.sallyport.pgwire.auth.ScramServer;
import dev.sallyport.pgwire.auth.ScramVerifier;
import dev.sallyport.pgwire.startup.Opening.Startup;
import dev.sallyport.proxy.connection.AuthFailure;
import dev.sallyport.proxy.connection.Proven;
import dev.sallyport.proxy.connection.Refusal;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The client's proof that it has a grant's secret. A login that does not exist is asked for a proof like any other, and fails
 * it in the same words: who guesses learns nothing.
 */
final class ClientLogin {

    private static final int MAX_MESSAGE_BYTES = 8 * 1024;
    private static final String REPLICATION = "replication";
    private static final Set<String> NO_REPLICATION = Set.of("", "false", "off", "no", "0");

    private final Startup startup;
    private final MockVerifiers mocks;
    private @Nullable GrantState grant;
    private AuthFailure failure = AuthFailure.WRONG_SECRET;
    private @Nullable ScramServer scram;
    private boolean firstSeen;

    ClientLogin(Startup startup, MockVerifiers mocks) {
        this.startup = startup;
        this.mocks = mocks;
    }

    Startup startup() {
        return startup;
    }

    String user() {
        return startup.parameter("user");
    }

    /** Whether the client asks for a walsender (Streaming Replication Protocol). */
    static boolean forReplication(Startup startup) {
        return !NO_REPLICATION.contains(startup.parameter(REPLICATION));
    }

    /**
     * @param replicationAllowed whether a walsender may be asked for
     * @throws LoginRefused when no grant can help
     */
    void check(boolean replicationAllowed) {
        if (user().isEmpty()) {
            throw LoginRefused.of(
                    "28000", "no user name specified: it is the id of your grant", "", AuthFailure.UNKNOWN_LOGIN);
        }
        if (forReplication(startup) && !replicationAllowed) {
            throw LoginRefused.of(
                    "0A000",
                    "replication does not go through this proxy",
                    "Whoever runs it may allow it: sallyport.proxy.postgres.replication.",
                    AuthFailure.PROTOCOL);
        }
    }

    /** Asks for a proof. */
    void ask(Optional<GrantState> found, Optional<byte[]> channelBinding, ByteBuf out) {
        ScramServer asked = new ScramServer(verifier(found), channelBinding);
        scram = asked;
        Messages.authenticationSasl(out, asked.mechanisms());
    }

    /**
     * Reads what the client answers and adds what is to be answered to that.
     *
     * @return the grant once the secret is proved
     * @throws LoginRefused when it is the wrong one
     */
    Optional<GrantState> read(ByteBuf in, ByteBuf out) {
        ScramServer asked = scram;
        Optional<WholeMessage> next = asked == null ? Optional.empty() : WholeMessage.read(in, MAX_MESSAGE_BYTES);
        if (asked == null || next.isEmpty()) {
            return Optional.empty();
        }
        WholeMessage message = next.get();
        if (message.type() != 'p') {
            throw PgWireException.violation(
                    "expected SASL response, got message type " + Messages.name(message.type()));
        }
        if (!firstSeen) {
            firstSeen = true;
            String mechanism = message.readCString();
            String first = text(message.readBytes(message.readInt()));
            Messages.authenticationSasl(out, AuthRequest.SASL_CONTINUE, asked.first(mechanism, first));
            return Optional.empty();
        }
        Optional<String> proved = asked.last(text(message.readRest()));
        GrantState live = grant;
        if (proved.isEmpty() || live == null) {
            throw LoginRefused.of(
                    "28P01",
                    "password authentication failed for user \"" + user() + "\"",
                    "The user is the id of your grant, the password is shown once when you ask for its credentials.",
                    failure);
        }
        Messages.authenticationSasl(out, AuthRequest.SASL_FINAL, proved.get());
        return Optional.of(live);
    }

    /**
     * The grant that the client's tunnel was opened for.
     *
     * @throws LoginRefused when it has ended, or is for another user
     */
    GrantState ofTunnel(Optional<GrantState> found) {
        GrantState live = found.orElseThrow(() -> LoginRefused.of(
                "28000", Refusal.GRANT_ENDED.message(), "Ask for access again.", AuthFailure.GRANT_ENDED));
        if (!Proven.isUserOf(live, user())) {
            throw LoginRefused.of(
                    "28000",
                    "role \"" + user() + "\" is not what this grant is for",
                    "Connect as the user \"" + live.target().databaseUser() + "\".",
                    AuthFailure.WRONG_USER);
        }
        return live;
    }

    /**
     * A physical walsender is in no database: PostgreSQL passes over the one that is named, which libpq's tools call {@code
     * replication}.
     *
     * @throws LoginRefused when the grant is for another database
     */
    void checkDatabase(GrantState live) {
        if (forReplication(startup) && !startup.parameter(REPLICATION).equals("database")) {
            return;
        }
        String wanted = startup.parameter("database").isEmpty() ? user() : startup.parameter("database");
        String granted = live.target().database();
        if (!wanted.equals(granted)) {
            throw LoginRefused.of(
                    "3D000",
                    "database \"" + wanted + "\" is not what this grant is for",
                    "Connect to the database \"" + granted + "\".",
                    AuthFailure.WRONG_DATABASE);
        }
    }

    private ScramVerifier verifier(Optional<GrantState> found) {
        if (found.isEmpty()) {
            failure = AuthFailure.UNKNOWN_LOGIN;
        } else if (found.get().target().engine() != Engine.POSTGRES) {
            failure = AuthFailure.WRONG_ENGINE;
        } else {
            LoginVerifiers verifiers = found.get().verifiers();
            if (verifiers != null) {
                grant = found.get();
                return ScramVerifier.parse(verifiers.scramSha256());
            }
            failure = AuthFailure.NO_SECRET;
        }
        return mocks.of(user());
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
