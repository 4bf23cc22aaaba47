package dev.sallyport.proxy.postgres;

import dev.sallyport.kernel.Secret;
import dev.sallyport.pgwire.AuthRequest;
import dev.sallyport.pgwire.ErrorFields;
import dev.sallyport.pgwire.Messages;
import dev.sallyport.pgwire.PgWireException;
import dev.sallyport.pgwire.WholeMessage;
import dev.sallyport.pgwire.auth.Md5Password;
import dev.sallyport.pgwire.auth.ScramClient;
import dev.sallyport.pgwire.startup.Opening.Startup;
import dev.sallyport.pgwire.startup.ProtocolVersion;
import dev.sallyport.proxy.connection.AuthFailure;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Our login at the target, as the grant's database user. What the target says of itself on the way, ParameterStatus and
 * notices, is kept to be told to the client.
 */
final class TargetLogin {

    /** Sends a SASLResponse that may take milliseconds of CPU to make. */
    interface Work {

        void saslResponse(Callable<String> response);
    }

    /** A message of the login, and all of them together: a target that says more is none. */
    static final int MAX_MESSAGE_BYTES = 64 * 1024;

    private final String user;
    private final Secret password;
    private final ScramClient.Salting salting;
    private final Map<String, String> parameters;
    private final boolean encrypted;
    private final Supplier<Optional<byte[]>> channelBinding;
    private final ByteBuf greeting = Unpooled.buffer(512, MAX_MESSAGE_BYTES);

    private @Nullable ScramClient scram;
    private boolean serverProved;
    private boolean accepted;
    private String clientEncoding = "UTF8";
    private int processId;
    private byte[] cancelSecret = {};

    TargetLogin(
            String user,
            String database,
            Secret password,
            ScramClient.Salting salting,
            Startup client,
            boolean encrypted,
            Supplier<Optional<byte[]>> channelBinding) {
        this.user = user;
        this.password = password;
        this.salting = salting;
        this.encrypted = encrypted;
        this.channelBinding = channelBinding;
        this.parameters = new LinkedHashMap<>();
        client.parameters().forEach((name, value) -> {
            switch (name) {
                case "user" -> parameters.put(name, user);
                case "database" -> parameters.put(name, database);
                case "replication" -> {
                    if (ClientLogin.forReplication(client)) {
                        parameters.put(name, value);
                    }
                }
                default -> {
                    if (!name.startsWith("_pq_.")) {
                        parameters.put(name, value);
                    }
                }
            }
        });
    }

    void start(ByteBuf out) {
        Messages.startup(out, ProtocolVersion.V3_0.code(), parameters);
    }

    /** What the target said of itself, as messages for the client. */
    ByteBuf greeting() {
        return greeting;
    }

    String clientEncoding() {
        return clientEncoding;
    }

    /** What a running query can be cancelled with. */
    CancelForward.BackendKey backendKey() {
        return new CancelForward.BackendKey(processId, cancelSecret);
    }

    /**
     * Takes one message and adds what is to be answered to {@code out}.
     *
     * @return whether the target is ready for the first query
     * @throws LoginRefused when the target does not let us in
     * @throws PgWireException when it is not the protocol
     */
    boolean take(WholeMessage message, ByteBuf out, Work work) {
        switch (message.type()) {
            case 'R' -> authenticate(message, out, work);
            case 'E' ->
                throw refused(ErrorFields.read(
                        message.body(),
                        message.body().readerIndex(),
                        message.body().readableBytes(),
                        StandardCharsets.UTF_8));
            case 'S', 'N' -> keep(message);
            case 'K' -> {
                processId = message.readInt();
                cancelSecret = message.readRest();
            }
            case 'v' -> {}
            case 'Z' -> {
                if (!accepted) {
                    throw unexpected(message);
                }
                return true;
            }
            default -> throw unexpected(message);
        }
        return false;
    }

    private void authenticate(WholeMessage message, ByteBuf out, Work work) {
        int request = message.readInt();
        switch (request) {
            case AuthRequest.OK -> {
                if (scram != null && !serverProved) {
                    throw PgWireException.violation("the target did not prove that it knows the password");
                }
                accepted = true;
            }
            case AuthRequest.CLEARTEXT_PASSWORD -> {
                if (!encrypted) {
                    throw LoginRefused.byTarget(
                            "08006",
                            "the database asks for a password in clear text over a connection that is not encrypted",
                            AuthFailure.TARGET_REFUSED);
                }
                Messages.password(out, password.reveal());
            }
            case AuthRequest.MD5_PASSWORD ->
                Messages.password(out, Md5Password.answer(user, password.reveal(), message.readBytes(4)));
            case AuthRequest.SASL -> {
                ScramClient client = new ScramClient(message.readCStrings(), channelBinding.get());
                scram = client;
                Messages.saslInitialResponse(out, client.mechanism(), client.first());
            }
            case AuthRequest.SASL_CONTINUE -> {
                ScramClient client = begun();
                String serverFirst = new String(message.readRest(), StandardCharsets.UTF_8);
                work.saslResponse(() -> client.last(serverFirst, salting));
            }
            case AuthRequest.SASL_FINAL -> {
                begun().verify(new String(message.readRest(), StandardCharsets.UTF_8));
                serverProved = true;
            }
            default ->
                throw LoginRefused.byTarget(
                        "08006",
                        "the database asks for a way of authentication that is not supported (" + request + ")",
                        AuthFailure.TARGET_REFUSED);
        }
    }

    private ScramClient begun() {
        ScramClient client = scram;
        if (client == null) {
            throw PgWireException.violation("the target answers a SCRAM exchange that was not begun");
        }
        return client;
    }

    private void keep(WholeMessage message) {
        int length = message.body().readableBytes();
        if (greeting.readableBytes() + length + 5 > MAX_MESSAGE_BYTES) {
            throw PgWireException.violation("the target says too much at the login");
        }
        greeting.writeByte(message.type())
                .writeInt(length + 4)
                .writeBytes(message.body().duplicate());
        if (message.type() == 'S' && message.readCString().equals("client_encoding")) {
            clientEncoding = message.readCString();
        }
    }

    /** What the target says about our login is not the client's to know; anything else is. */
    private LoginRefused refused(ErrorFields error) {
        return error.sqlState().startsWith("28")
                ? LoginRefused.ofOurLogin(
                        "the database did not accept the login of \"" + user + "\"; ask whoever provisioned the role")
                : LoginRefused.byTarget(
                        error.sqlState().isEmpty() ? "08006" : error.sqlState(),
                        error.message(),
                        AuthFailure.TARGET_REFUSED);
    }

    private static PgWireException unexpected(WholeMessage message) {
        return PgWireException.violation(
                "the target sent a message of type " + Messages.name(message.type()) + " during the login");
    }
}
