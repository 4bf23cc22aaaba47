package dev.sallyport.mywire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class PasswordProofTest {

    private static final byte[] PASSWORD = "a-long-random-secret".getBytes(US_ASCII);
    private static final byte[] WRONG = "another-random-secret".getBytes(US_ASCII);
    private static final byte[] SHA2 = Scrambles.sha256(Scrambles.sha256(PASSWORD));
    private static final byte[] SHA1 = Scrambles.sha1(Scrambles.sha1(PASSWORD));

    private final byte[] nonce = Greeting.newNonce();

    private static LoginRequest request(String plugin, byte[] proof) {
        return new LoginRequest(Capabilities.offered(), 1 << 24, 45, "gra_x", proof, "shop", plugin, new byte[0]);
    }

    private PasswordProof proof(boolean encrypted) {
        return new PasswordProof(SHA2, SHA1, nonce, encrypted);
    }

    @Test
    void theFastPathProves() {
        assertThat(proof(true).start(request(Scrambles.CACHING_SHA2, Scrambles.cachingSha2(PASSWORD, nonce))))
                .isInstanceOfSatisfying(
                        PasswordProof.Step.Proved.class,
                        step -> assertThat(step.notice()).containsExactly(1, 3));
    }

    @Test
    void theOldPluginProves() {
        assertThat(proof(false).start(request(Scrambles.NATIVE, Scrambles.nativePassword(PASSWORD, nonce))))
                .isInstanceOf(PasswordProof.Step.Proved.class);
    }

    @Test
    void wrongPasswordsAreDenied() {
        assertThat(proof(true).start(request(Scrambles.CACHING_SHA2, Scrambles.cachingSha2(WRONG, nonce))))
                .isInstanceOf(PasswordProof.Step.Denied.class);
        assertThat(proof(true).start(request(Scrambles.NATIVE, Scrambles.nativePassword(WRONG, nonce))))
                .isInstanceOf(PasswordProof.Step.Denied.class);
        assertThat(PasswordProof.ofNobody(nonce, true)
                        .start(request(Scrambles.CACHING_SHA2, Scrambles.cachingSha2(PASSWORD, nonce))))
                .isInstanceOf(PasswordProof.Step.Denied.class);
    }

    @Test
    void thePasswordItselfIsAskedForOverTlsOnly() {
        PasswordProof overTls = proof(true);
        assertThat(overTls.start(request(Scrambles.CACHING_SHA2, new byte[0])))
                .isInstanceOfSatisfying(
                        PasswordProof.Step.Ask.class,
                        step -> assertThat(step.payload()).containsExactly(1, 4));
        assertThat(overTls.answered(Unpooled.copiedBuffer("a-long-random-secret\0", US_ASCII)))
                .isInstanceOf(PasswordProof.Step.Proved.class);
        assertThat(proof(false).start(request(Scrambles.CACHING_SHA2, new byte[0])))
                .isInstanceOf(PasswordProof.Step.Denied.class);
    }

    @Test
    void anotherPluginIsSwitchedWithAFreshNonce() {
        PasswordProof switching = proof(true);
        PasswordProof.Step step = switching.start(request("mysql_clear_password", PASSWORD));
        assertThat(step).isInstanceOfSatisfying(PasswordProof.Step.Ask.class, ask -> {
            assertThat(ask.payload()[0]).isEqualTo((byte) 0xFE);
            byte[] fresh = java.util.Arrays.copyOfRange(ask.payload(), 23, 43);
            assertThat(switching.answered(Unpooled.wrappedBuffer(Scrambles.cachingSha2(PASSWORD, fresh))))
                    .isInstanceOf(PasswordProof.Step.Proved.class);
        });
    }

    @Test
    void aLoginRequestComesBackAsItWas() {
        LoginRequest read = LoginRequest.decode(
                Unpooled.wrappedBuffer(request(Scrambles.NATIVE, SHA1).encode()));
        assertThat(read).usingRecursiveComparison().isEqualTo(request(Scrambles.NATIVE, SHA1));
    }

    @Test
    void loginPacketsAreBounded() {
        LoginPackets packets = new LoginPackets();
        packets.nextSequence();
        assertThat(packets.next(Unpooled.EMPTY_BUFFER)).isNull();
        int tooLong = LoginPackets.MAX_BYTES + 1;
        assertThatThrownBy(() ->
                        packets.next(Unpooled.buffer().writeMediumLE(tooLong).writeByte(1)))
                .isInstanceOf(MalformedPacketException.class)
                .hasMessage("a packet of at most 98304 bytes was expected");
    }

    @Test
    void whoseProofIsNotLookedAtIsToldThatItIsRightAsItsPluginExpects() {
        assertThat(PasswordProof.anyIsRight(request(Scrambles.CACHING_SHA2, new byte[32])))
                .containsExactly(1, 3);
        assertThat(PasswordProof.anyIsRight(request(Scrambles.CACHING_SHA2, new byte[0])))
                .isEmpty();
        assertThat(PasswordProof.anyIsRight(request(Scrambles.CACHING_SHA2, new byte[1])))
                .isEmpty();
        assertThat(PasswordProof.anyIsRight(request(Scrambles.NATIVE, new byte[20])))
                .isEmpty();
        assertThat(PasswordProof.anyIsRight(request("", new byte[0]))).isEmpty();
    }
}
