package dev.sallyport.proxy.postgres;

import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.pgwire.PgWireException;
import dev.sallyport.pgwire.auth.ChannelBinding;
import dev.sallyport.pgwire.startup.Opening;
import dev.sallyport.pgwire.startup.OpeningPackets;
import dev.sallyport.proxy.connection.AuthFailure;
import dev.sallyport.proxy.connection.ClientConnection;
import dev.sallyport.proxy.connection.CloseCause;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.Certificate;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** The client's end of the connection: the opening packets, TLS, the proof, and then the relay. */
final class ClientDoor implements WireEnd.Side {

    private enum Stage {
        OPENING,
        PROVING,
        /** Until we are done with something, the client has nothing to say. */
        WAITING
    }

    private static final String ALPN = "postgresql";
    private static final int MAX_WAITING_BYTES = 16 * 1024;
    private static final byte[] YES = {'S'};
    private static final byte[] NO = {'N'};

    private final PostgresConnection session;
    private final ClientConnection connection;
    private final WireEnd end = new WireEnd(this);
    private ByteBuf inbox = Unpooled.buffer(512, MAX_WAITING_BYTES);

    private Stage stage = Stage.OPENING;
    private boolean begun;
    private boolean gssRefused;
    private boolean direct;
    private @Nullable SslHandler tls;
    private @Nullable ClientLogin login;

    ClientDoor(PostgresConnection session, ClientConnection connection) {
        this.session = session;
        this.connection = connection;
    }

    WireEnd end() {
        return end;
    }

    boolean encrypted() {
        return tls != null;
    }

    void send(ByteBuf bytes) {
        if (bytes.isReadable()) {
            end.send(bytes);
        } else {
            bytes.release();
        }
    }

    /** What the client sent before there was a relay. Nothing of the login is kept from here on. */
    Optional<ByteBuf> leftover() {
        ByteBuf rest = inbox;
        inbox = Unpooled.EMPTY_BUFFER;
        login = null;
        return rest.isReadable() ? Optional.of(rest) : Optional.empty();
    }

    void close() {
        inbox.clear();
    }

    @Override
    public void received(ByteBuf bytes) {
        Optional<Relay> relay = session.relay();
        if (session.over() || session.leaving().isPresent() || session.terminated()) {
            bytes.release();
        } else if (relay.isPresent()) {
            session.guarded(() -> {
                relay.get().fromClient(bytes);
                session.endIfTerminated();
            });
        } else if (!begun && bytes.isReadable() && bytes.getByte(bytes.readerIndex()) == OpeningPackets.TLS_HANDSHAKE) {
            begun = true;
            direct = true;
            encrypt();
            connection.channel().pipeline().fireChannelRead(bytes);
        } else {
            begun = true;
            session.guarded(() -> take(bytes));
        }
    }

    private void take(ByteBuf bytes) {
        try {
            if (bytes.readableBytes() > inbox.maxWritableBytes()) {
                throw PgWireException.violation("too much was sent before the login was done");
            }
            inbox.writeBytes(bytes);
        } finally {
            bytes.release();
        }
        read();
        inbox.discardSomeReadBytes();
    }

    private void read() {
        while (!session.over()) {
            boolean more = switch (stage) {
                case OPENING -> readOpening();
                case PROVING -> readProof();
                case WAITING -> false;
            };
            if (!more) {
                return;
            }
        }
    }

    private boolean readOpening() {
        Optional<Opening> opening = OpeningPackets.read(inbox);
        opening.ifPresent(this::open);
        return opening.isPresent();
    }

    private void open(Opening opening) {
        switch (opening) {
            case Opening.SslRequest request -> {
                if (tls != null) {
                    throw PgWireException.violation("this connection is encrypted already");
                }
                if (connection.provenLogin().isPresent()) {
                    end.send(Unpooled.wrappedBuffer(NO));
                    return;
                }
                // Were they read, whoever sits in the middle could have put them there (CVE-2021-23222).
                if (inbox.isReadable()) {
                    throw PgWireException.violation("received unencrypted data after SSL request");
                }
                end.send(Unpooled.wrappedBuffer(YES));
                encrypt();
            }
            case Opening.GssEncRequest request -> {
                if (gssRefused || tls != null) {
                    throw PgWireException.violation("GSSAPI encryption was refused already");
                }
                gssRefused = true;
                end.send(Unpooled.wrappedBuffer(NO));
            }
            case Opening.CancelRequest request -> {
                stage = Stage.WAITING;
                session.cancelAsked(request.processId(), request.secret());
            }
            case Opening.Startup startup -> {
                if (direct && !ALPN.equals(engine().getApplicationProtocol())) {
                    throw PgWireException.violation(
                            "a direct TLS connection has to negotiate the application protocol \"" + ALPN + "\"");
                }
                stage = Stage.WAITING;
                session.asked(startup);
            }
        }
    }

    private void encrypt() {
        SslHandler handler = connection.clientTls();
        SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setApplicationProtocols(new String[] {ALPN});
        handler.engine().setSSLParameters(parameters);
        tls = handler;
        connection.channel().pipeline().addBefore("postgres", "tls", handler);
    }

    /** Asks for the proof of the grant that was found, or of one that nobody could have. */
    void prove(ClientLogin asked, Optional<GrantState> found) {
        login = asked;
        stage = Stage.PROVING;
        ByteBuf request = Unpooled.buffer();
        asked.ask(found, channelBinding(), request);
        end.send(request);
        read();
    }

    private boolean readProof() {
        ClientLogin asked = login;
        if (asked == null) {
            return false;
        }
        int before = inbox.readerIndex();
        ByteBuf answer = Unpooled.buffer();
        Optional<GrantState> proved = asked.read(inbox, answer);
        if (proved.isPresent()) {
            stage = Stage.WAITING;
            session.proved(asked, proved.get(), answer);
            return false;
        }
        send(answer);
        return inbox.readerIndex() > before;
    }

    private Optional<byte[]> channelBinding() {
        if (tls == null) {
            return Optional.empty();
        }
        Certificate[] ours = engine().getSession().getLocalCertificates();
        return ours == null || ours.length == 0 ? Optional.empty() : ChannelBinding.of(ours[0]);
    }

    private SSLEngine engine() {
        SslHandler handler = tls;
        if (handler == null) {
            throw new IllegalStateException("there is no TLS");
        }
        return handler.engine();
    }

    /** Vert.x' client closes its half as soon as it has said Terminate, and reads on: the database does not mind. */
    @Override
    public void saidAll() {
        if (!session.terminated()) {
            gone();
        }
    }

    @Override
    public void gone() {
        session.clientGone();
    }

    @Override
    public void broken(Throwable cause) {
        if (session.relay().isEmpty() && !session.over()) {
            connection.refused(AuthFailure.PROTOCOL);
            session.finish(CloseCause.PROTOCOL_ERROR);
        } else {
            session.clientGone();
        }
    }
}
