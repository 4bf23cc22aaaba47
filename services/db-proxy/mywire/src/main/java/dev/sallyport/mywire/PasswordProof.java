package dev.sallyport.mywire;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The server's side of proving a password, from the login request on ("Authentication Method Mismatch",
 * "caching_sha2_password"):
 *
 * <pre>
 *  caching_sha2 proof ─right─▶ Proved (after 0x01 0x03)     native proof ─right─▶ Proved
 *        │ empty, over TLS                                        │ wrong ─▶ Denied
 *        ▼
 *  Ask 0x01 0x04 ─ the password itself ─▶ Proved or Denied
 *
 *  any other plugin ─▶ Ask AuthSwitchRequest(caching_sha2_password) ─▶ as above
 * </pre>
 *
 * <p>Who has no verifiers is checked against random ones: the answers are the same.
 */
public final class PasswordProof {

    /** What to do next. */
    public sealed interface Step {

        /**
         * It is who it says.
         *
         * @param notice a payload to send before the OK, or nothing
         */
        record Proved(byte[] notice) implements Step {}

        /** It is not. */
        record Denied() implements Step {}

        /** Send this payload and give the answer to {@link #answered}. */
        record Ask(byte[] payload) implements Step {}
    }

    /** An ordinary client needs two: the switch of plugin, and the password over TLS. */
    private static final int MAX_ROUNDS = 2;

    private static final byte[] FAST_SUCCESS = {0x01, 0x03};
    private static final byte[] FULL_PLEASE = {0x01, 0x04};

    private final byte[] cachingSha2;
    private final byte[] nativePassword;
    private final boolean encrypted;
    private byte[] nonce;
    private int rounds;
    private boolean passwordAsked;

    /**
     * @param cachingSha2 {@code SHA256(SHA256(p))}
     * @param nativePassword {@code SHA1(SHA1(p))}
     * @param nonce of the greeting
     * @param encrypted whether the client speaks TLS
     */
    public PasswordProof(byte[] cachingSha2, byte[] nativePassword, byte[] nonce, boolean encrypted) {
        this.cachingSha2 = cachingSha2;
        this.nativePassword = nativePassword;
        this.nonce = nonce;
        this.encrypted = encrypted;
    }

    /** For a login that nobody has: no proof is right. */
    public static PasswordProof ofNobody(byte[] nonce, boolean encrypted) {
        SecureRandom random = new SecureRandom();
        byte[] sha2 = new byte[32];
        byte[] sha1 = new byte[20];
        random.nextBytes(sha2);
        random.nextBytes(sha1);
        return new PasswordProof(sha2, sha1, nonce, encrypted);
    }

    /** What to send before the OK to a client whose password is not looked at. */
    public static byte[] anyIsRight(LoginRequest request) {
        boolean waitsForVerdict = request.plugin().equals(Scrambles.CACHING_SHA2) && request.proof().length > 1;
        return waitsForVerdict ? FAST_SUCCESS.clone() : new byte[0];
    }

    /** The proof that came with the login request. */
    public Step start(LoginRequest request) {
        String plugin = request.plugin().isEmpty() ? Scrambles.NATIVE : request.plugin();
        if (plugin.equals(Scrambles.NATIVE) && request.proof().length == 20) {
            return Scrambles.provesNative(request.proof(), nativePassword, nonce)
                    ? new Step.Proved(new byte[0])
                    : new Step.Denied();
        }
        if (plugin.equals(Scrambles.CACHING_SHA2)) {
            return cachingSha2(request.proof());
        }
        nonce = Greeting.newNonce();
        return ask(authSwitch());
    }

    /** The answer to what was asked. */
    public Step answered(ByteBuf payload) {
        byte[] answer = PayloadReader.of(payload).rest();
        return passwordAsked ? password(answer) : cachingSha2(answer);
    }

    private Step cachingSha2(byte[] proof) {
        if (Scrambles.provesCachingSha2(proof, cachingSha2, nonce)) {
            return new Step.Proved(FAST_SUCCESS.clone());
        }
        boolean none = proof.length == 0 || (proof.length == 1 && proof[0] == 0);
        if (none && encrypted) {
            passwordAsked = true;
            return ask(FULL_PLEASE.clone());
        }
        return new Step.Denied();
    }

    private Step password(byte[] answer) {
        int length = answer.length > 0 && answer[answer.length - 1] == 0 ? answer.length - 1 : answer.length;
        byte[] password = Arrays.copyOf(answer, length);
        boolean right = Scrambles.isPassword(password, cachingSha2);
        Arrays.fill(password, (byte) 0);
        Arrays.fill(answer, (byte) 0);
        return right ? new Step.Proved(new byte[0]) : new Step.Denied();
    }

    private Step ask(byte[] payload) {
        rounds++;
        return rounds > MAX_ROUNDS ? new Step.Denied() : new Step.Ask(payload);
    }

    private byte[] authSwitch() {
        ByteBuf out = Unpooled.buffer();
        out.writeByte(0xFE)
                .writeBytes(Scrambles.CACHING_SHA2.getBytes(US_ASCII))
                .writeByte(0);
        out.writeBytes(nonce).writeByte(0);
        return Packets.drain(out);
    }
}
