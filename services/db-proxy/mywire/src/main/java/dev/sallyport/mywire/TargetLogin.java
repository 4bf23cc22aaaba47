package dev.sallyport.mywire;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of a login, at the target: {@code caching_sha2_password} and {@code mysql_native_password}, with a change
 * between them when the target asks for it. The password itself is sent over TLS only.
 */
public final class TargetLogin {

    /** What to do next. */
    public sealed interface Step {

        /** Send this payload. */
        record Send(byte[] payload) implements Step {}

        /** Send this payload, begin TLS, and go on with {@link #encrypted}. */
        record StartTls(byte[] payload) implements Step {}

        /**
         * We are in.
         *
         * @param ok the payload of the target's OK
         */
        record Done(byte[] ok) implements Step {}

        /** The target does not let us in. */
        record Refused(ErrPacket error) implements Step {}

        /** We do not go on, and why. */
        record Impossible(String why) implements Step {}

        /** Nothing to send: the target says more. */
        record Wait() implements Step {}
    }

    private static final int MAX_ROUNDS = 8;
    private static final byte[] PUBLIC_KEY_PLEASE = {0x02};

    private final String user;
    private final byte[] password;
    private final String database;
    private final LoginRequest client;
    private final boolean plainAllowed;
    private @Nullable Greeting greeting;
    private String plugin = "";
    private byte[] nonce = new byte[0];
    private boolean encrypted;
    private boolean keyAsked;
    private int rounds;

    /**
     * @param password stays the caller's; {@link #forget} wipes it
     * @param client whose capabilities, collation and attributes the target is to see
     * @param plainAllowed whether to go on when the target offers no TLS
     */
    public TargetLogin(String user, byte[] password, String database, LoginRequest client, boolean plainAllowed) {
        this.user = user;
        this.password = password;
        this.database = database;
        this.client = client;
        this.plainAllowed = plainAllowed;
    }

    /** What the target said first; empty before it did. */
    public Optional<Greeting> greeting() {
        return Optional.ofNullable(greeting);
    }

    /** The connection's id at the target; 0 before its greeting. */
    public int connectionId() {
        return greeting == null ? 0 : greeting.connectionId();
    }

    /** The next payload of the target. */
    public Step received(ByteBuf payload) {
        if (++rounds > MAX_ROUNDS) {
            return new Step.Impossible("it asks again and again");
        }
        int first = payload.isReadable() ? payload.getUnsignedByte(payload.readerIndex()) : -1;
        if (first == ErrPacket.HEADER) {
            return new Step.Refused(ErrPacket.decode(PayloadReader.of(payload)));
        }
        if (greeting == null) {
            return greeted(Greeting.decode(payload));
        }
        return switch (first) {
            case 0x00 -> new Step.Done(PayloadReader.of(payload).rest());
            case 0x01 -> more(payload);
            case 0xFE -> switched(payload, greeting);
            default -> throw new MalformedPacketException("an answer to the login was expected");
        };
    }

    /** TLS is up, and the target's certificate is verified. */
    public Step encrypted() {
        encrypted = true;
        return login();
    }

    /** Wipes the password. */
    public void forget() {
        Arrays.fill(password, (byte) 0);
    }

    private Step greeted(Greeting received) {
        greeting = received;
        int lacking = Capabilities.lacking(Capabilities.agreed(client.capabilities()), received.capabilities());
        if (lacking != 0) {
            return new Step.Impossible(
                    "it lacks what the client was offered before the database was known (capabilities 0x"
                            + Integer.toHexString(lacking) + "): connect again, it is known now");
        }
        if (Capabilities.has(received.capabilities(), Capabilities.SSL)) {
            return new Step.StartTls(request(received, new byte[0]).encodeTlsRequest());
        }
        return plainAllowed ? login() : new Step.Impossible("it offers no TLS");
    }

    private Step login() {
        Greeting from = greeting;
        if (from == null) {
            throw new IllegalStateException("the target has not greeted yet");
        }
        plugin = from.plugin().equals(Scrambles.NATIVE) ? Scrambles.NATIVE : Scrambles.CACHING_SHA2;
        nonce = from.nonce();
        return new Step.Send(request(from, proof()).encode());
    }

    private LoginRequest request(Greeting from, byte[] proof) {
        int capabilities = Capabilities.towardsTarget(Capabilities.agreed(client.capabilities()), from.capabilities());
        return new LoginRequest(
                encrypted ? capabilities | Capabilities.SSL : capabilities,
                client.maxPacketBytes(),
                client.collation(),
                user,
                proof,
                database,
                plugin,
                client.attributes());
    }

    private Step switched(ByteBuf payload, Greeting from) {
        PayloadReader in = PayloadReader.of(payload);
        in.skip(1);
        String wanted = in.nulText();
        byte[] sent = in.rest();
        if (wanted.equals(Scrambles.ED25519)) {
            return sent.length >= Scrambles.ED25519_NONCE_BYTES
                    ? new Step.Send(Ed25519.sign(password, Arrays.copyOf(sent, Scrambles.ED25519_NONCE_BYTES)))
                    : new Step.Impossible("it sent a nonce that is too short to be signed");
        }
        if (!wanted.equals(Scrambles.NATIVE) && !wanted.equals(Scrambles.CACHING_SHA2)) {
            return new Step.Impossible("it wants its user to log in by a method that is not spoken here");
        }
        plugin = wanted;
        nonce = sent.length >= Greeting.NONCE_BYTES ? Arrays.copyOf(sent, Greeting.NONCE_BYTES) : from.nonce();
        return new Step.Send(proof());
    }

    private Step more(ByteBuf payload) {
        if (keyAsked) {
            PayloadReader in = PayloadReader.of(payload);
            in.skip(1);
            return new Step.Send(Scrambles.encrypted(password, nonce, in.restText()));
        }
        int what = payload.readableBytes() == 2 ? payload.getByte(payload.readerIndex() + 1) : -1;
        return switch (what) {
            case 0x03 -> new Step.Wait();
            case 0x04 -> {
                keyAsked = !encrypted;
                yield new Step.Send(
                        encrypted ? Arrays.copyOf(password, password.length + 1) : PUBLIC_KEY_PLEASE.clone());
            }
            default -> throw new MalformedPacketException("an answer to the proof was expected");
        };
    }

    private byte[] proof() {
        return plugin.equals(Scrambles.NATIVE)
                ? Scrambles.nativePassword(password, nonce)
                : Scrambles.cachingSha2(password, nonce);
    }
}
