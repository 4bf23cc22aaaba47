package dev.sallyport.proxy.mysql;

import dev.sallyport.mywire.ErrPacket;
import dev.sallyport.mywire.Greeting;
import dev.sallyport.mywire.LoginPackets;
import dev.sallyport.mywire.LoginRequest;
import dev.sallyport.mywire.Packets;
import dev.sallyport.proxy.relay.RelayHandler;
import io.netty.buffer.ByteBuf;
import io.netty.handler.ssl.SslHandler;

/** The client's end: greeting, TLS, login packets; then the conversation. */
final class ClientEnd extends RelayHandler {

    private enum Phase {
        /** The login request, or the wish for TLS. */
        REQUEST,
        /** An answer to what the proof asks. */
        ANSWER,
        /** Nothing may come: we are at work. What comes all the same is held back by not reading on. */
        WAITING,
        CONVERSATION,
        OVER
    }

    private final MySqlConnection connection;
    private final LoginPackets packets = new LoginPackets();
    private Phase phase = Phase.REQUEST;
    private boolean encrypted;

    ClientEnd(MySqlConnection connection) {
        this.connection = connection;
    }

    boolean encrypted() {
        return encrypted;
    }

    void greet(Greeting greeting) {
        send(greeting.encode());
    }

    /** Asks the client for its proof in another way. */
    void ask(byte[] payload) {
        phase = Phase.ANSWER;
        send(payload);
    }

    /** Sends a packet of the login. */
    void send(byte[] payload) {
        write(packets.nextSequence(), payload);
    }

    /** The login is through: commands from here on. */
    void converse() {
        phase = Phase.CONVERSATION;
    }

    void error(ErrPacket error) {
        phase = Phase.OVER;
        send(error.encode());
    }

    /** An error out of turn, in the conversation. */
    void error(int sequence, ErrPacket error) {
        phase = Phase.OVER;
        write(sequence, error.encode());
    }

    void back(ByteBuf bytes) {
        reply(bytes);
    }

    void across(ByteBuf bytes) {
        forward(bytes);
    }

    private void write(int sequence, byte[] payload) {
        reply(Packets.of(channel().alloc(), sequence, payload));
        flush();
    }

    @Override
    protected void received(ByteBuf bytes) {
        switch (phase) {
            case CONVERSATION -> connection.fromClient(bytes);
            case REQUEST, ANSWER -> login(bytes);
            case WAITING -> {
                bytes.release();
                connection.malformed("a client that waits for its login was expected");
            }
            case OVER -> bytes.release();
        }
    }

    private void login(ByteBuf bytes) {
        try {
            ByteBuf payload = packets.next(bytes);
            if (payload == null) {
                return;
            }
            if (phase == Phase.REQUEST && !encrypted && LoginRequest.asksForTls(payload)) {
                startTls(bytes);
                return;
            }
            Phase was = phase;
            phase = Phase.WAITING;
            if (was == Phase.ANSWER) {
                connection.answered(payload);
            } else {
                connection.requested(LoginRequest.decode(payload));
            }
            if (bytes.isReadable()) {
                connection.malformed("nothing was expected behind the login request");
            }
        } finally {
            bytes.release();
        }
    }

    /** What came behind the request is TLS already: it goes through the new handler, never through here. */
    private void startTls(ByteBuf rest) {
        encrypted = true;
        SslHandler tls = connection.clientTls();
        channel().pipeline().addFirst("tls", tls);
        if (rest.isReadable()) {
            channel().pipeline().fireChannelRead(rest.retain());
        }
    }

    @Override
    protected void peerHalfClosed() {
        connection.targetClosed();
    }

    @Override
    protected void closed() {
        connection.clientClosed();
    }

    @Override
    protected void failed(Throwable cause) {
        connection.clientFailed(cause);
    }
}
