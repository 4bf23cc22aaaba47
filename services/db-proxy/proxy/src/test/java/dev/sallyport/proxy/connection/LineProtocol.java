package dev.sallyport.proxy.connection;

import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.kernel.Engine;
import dev.sallyport.proxy.audit.AuditedSession;
import dev.sallyport.proxy.audit.JournalException;
import dev.sallyport.proxy.audit.Outcome;
import dev.sallyport.proxy.audit.Statement;
import dev.sallyport.proxy.audit.Transaction;
import dev.sallyport.proxy.relay.RelayHandler;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.util.concurrent.FutureListener;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The smallest protocol that uses all of the proxy: the client's first line is its login, each further line a statement, each
 * line of the target an outcome. Lines must come whole.
 */
public final class LineProtocol implements Protocol {

    @Override
    public String name() {
        return "postgres";
    }

    @Override
    public Set<Engine> engines() {
        return Set.of(Engine.POSTGRES);
    }

    @Override
    public ConnectionHandler accept(ClientConnection connection) {
        ClientEnd client = new ClientEnd(connection);
        connection.channel().pipeline().addLast(client);
        return client;
    }

    private static ByteBuf line(String text) {
        return Unpooled.copiedBuffer(text + "\n", StandardCharsets.UTF_8);
    }

    private static final class ClientEnd extends RelayHandler implements ConnectionHandler {

        private final ClientConnection connection;
        private final TargetEnd target = new TargetEnd(this);
        private final ArrayDeque<Statement> waiting = new ArrayDeque<>();
        private @Nullable AuditedSession session;

        ClientEnd(ClientConnection connection) {
            this.connection = connection;
        }

        @Override
        protected void received(ByteBuf bytes) {
            AuditedSession open = session;
            if (open == null) {
                String login = bytes.toString(StandardCharsets.UTF_8).strip();
                bytes.release();
                connection.grant(login).addListener((FutureListener<Optional<GrantState>>)
                        found -> found.getNow().ifPresentOrElse(this::admit, () -> refuse(AuthFailure.UNKNOWN_LOGIN)));
                return;
            }
            try {
                open.countFromClient(bytes.readableBytes());
                Statement statement = open.begin("simple");
                statement.sql(bytes.slice(bytes.readerIndex(), bytes.readableBytes() - 1));
                statement.ready();
                waiting.add(statement);
                forward(bytes);
            } catch (JournalException e) {
                bytes.release();
                end(CloseCause.JOURNAL_UNAVAILABLE);
            }
        }

        private void admit(GrantState grant) {
            Optional<Refusal> refusal = connection.admit(grant);
            if (refusal.isPresent()) {
                say(refusal.get().message());
                connection.close(CloseCause.REFUSED);
                return;
            }
            connection.connect(grant.target(), target).addListener((FutureListener<Channel>) connected -> {
                if (connected.isSuccess()) {
                    RelayHandler.join(this, target);
                    session = connection.open("lines");
                    say("welcome");
                } else {
                    say(String.valueOf(connected.cause().getMessage()));
                    connection.refused(AuthFailure.TARGET_UNREACHABLE);
                    connection.close(CloseCause.TARGET_UNREACHABLE);
                }
            });
        }

        private void refuse(AuthFailure why) {
            connection.refused(why);
            say(why.label());
            connection.close(CloseCause.REFUSED);
        }

        private void say(String text) {
            reply(line(text));
            flush();
        }

        void answered() {
            waiting.remove().end(new Outcome.Ok(1L, Transaction.IDLE));
        }

        @Override
        public void end(CloseCause cause) {
            say(cause.message());
            connection.close(cause);
        }

        @Override
        public boolean warn(String message) {
            say(message);
            return true;
        }

        @Override
        protected void closed() {
            connection.close(CloseCause.CLIENT_CLOSED);
        }

        @Override
        protected void failed(Throwable cause) {
            connection.close(CloseCause.CLIENT_LOST);
        }

        void targetClosed() {
            connection.close(CloseCause.TARGET_CLOSED);
        }
    }

    private static final class TargetEnd extends RelayHandler {

        private final ClientEnd client;

        TargetEnd(ClientEnd client) {
            this.client = client;
        }

        @Override
        protected void received(ByteBuf bytes) {
            for (int at = bytes.readerIndex(); at < bytes.writerIndex(); at++) {
                if (bytes.getByte(at) == '\n') {
                    client.answered();
                }
            }
            forward(bytes);
        }

        @Override
        protected void closed() {
            client.targetClosed();
        }

        @Override
        protected void failed(Throwable cause) {
            client.targetClosed();
        }
    }
}
