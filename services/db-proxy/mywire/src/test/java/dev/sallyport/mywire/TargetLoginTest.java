package dev.sallyport.mywire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetLoginTest {

    private static final byte[] PASSWORD = "a-long-random-secret".getBytes(US_ASCII);
    private final byte[] nonce = Greeting.newNonce();

    private TargetLogin login(boolean plainAllowed) {
        LoginRequest client =
                new LoginRequest(Capabilities.offered(), 1 << 24, 45, "gra_x", new byte[0], "shop", "", new byte[0]);
        return new TargetLogin("hoop_rw", PASSWORD.clone(), "shop", client, plainAllowed);
    }

    private ByteBuf greeting(int capabilities) {
        return Unpooled.wrappedBuffer(
                new Greeting("8.0.31", 7, nonce, capabilities, 255, 2, Scrambles.CACHING_SHA2).encode());
    }

    private static int withoutTls() {
        return Capabilities.offered() & ~Capabilities.SSL;
    }

    private static byte[] sent(TargetLogin.Step step) {
        assertThat(step).isInstanceOf(TargetLogin.Step.Send.class);
        return ((TargetLogin.Step.Send) step).payload();
    }

    @Test
    void withoutTlsThePasswordGoesUnderTheServersKey() throws Exception {
        KeyPair keys = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        String pem = "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(keys.getPublic().getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
        TargetLogin login = login(true);
        LoginRequest request =
                LoginRequest.decode(Unpooled.wrappedBuffer(sent(login.received(greeting(withoutTls())))));
        assertThat(request.proof()).isEqualTo(Scrambles.cachingSha2(PASSWORD, nonce));

        assertThat(sent(login.received(Unpooled.wrappedBuffer(new byte[] {1, 4}))))
                .containsExactly(2);
        byte[] encrypted = sent(login.received(
                Unpooled.wrappedBuffer(Unpooled.wrappedBuffer(new byte[] {1}), Unpooled.copiedBuffer(pem, US_ASCII))));

        Cipher rsa = Cipher.getInstance("RSA/ECB/OAEPWithSHA-1AndMGF1Padding");
        rsa.init(Cipher.DECRYPT_MODE, keys.getPrivate());
        byte[] mixed = rsa.doFinal(encrypted);
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] ^= nonce[i % nonce.length];
        }
        assertThat(mixed).isEqualTo(Arrays.copyOf(PASSWORD, PASSWORD.length + 1));
    }

    @Test
    void aKeyThatIsNoneIsRefused() {
        TargetLogin login = login(true);
        login.received(greeting(withoutTls()));
        login.received(Unpooled.wrappedBuffer(new byte[] {1, 4}));
        assertThatThrownBy(() -> login.received(Unpooled.wrappedBuffer(new byte[] {1, 'x'})))
                .isInstanceOf(MalformedPacketException.class)
                .hasMessage("a public key of RSA was expected");
    }

    @Test
    void withoutTlsNothingIsSentUnlessThatIsAllowed() {
        assertThat(login(false).received(greeting(withoutTls())))
                .isEqualTo(new TargetLogin.Step.Impossible("it offers no TLS"));
    }

    @Test
    void whatTheTargetLacksIsToldAndItsGreetingKept() {
        TargetLogin login = login(true);
        assertThat(login.received(greeting(withoutTls() & ~Capabilities.DEPRECATE_EOF)))
                .isEqualTo(
                        new TargetLogin.Step.Impossible("it lacks what the client was offered before the database was"
                                + " known (capabilities 0x1000000): connect again, it is known now"));
        assertThat(login.greeting()).map(Greeting::version).contains("8.0.31");
    }

    @Test
    void mariadbsSignatureIsMadeOfTheWholePassword() {
        TargetLogin login = login(true);
        login.received(greeting(withoutTls()));
        byte[] challenge = new byte[32];
        Arrays.fill(challenge, (byte) 9);
        ByteBuf wish = Unpooled.buffer().writeByte(0xFE).writeBytes("client_ed25519\0".getBytes(US_ASCII));
        byte[] signature = sent(login.received(wish.writeBytes(challenge)));
        assertThat(signature).isEqualTo(Ed25519.sign(PASSWORD, challenge)).hasSize(Ed25519.SIGNATURE_BYTES);
    }

    /** RFC 8032, 7.1, tests 1 to 3. */
    @ParameterizedTest
    @CsvSource({
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60, '',"
                + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb, 72,"
                + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7, af82,"
                + "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    })
    void signsAsTheStandardSays(String key, String message, String signature) {
        HexFormat hex = HexFormat.of();
        assertThat(Ed25519.sign(hex.parseHex(key), hex.parseHex(message))).isEqualTo(hex.parseHex(signature));
    }
}
