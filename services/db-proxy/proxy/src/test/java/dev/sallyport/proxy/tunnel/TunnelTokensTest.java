package dev.sallyport.proxy.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.contracts.grants.GrantTarget;
import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RdsDatabaseId;
import dev.sallyport.kernel.RequestId;
import dev.sallyport.kernel.TunnelId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.function.Consumer;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TunnelTokensTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final InstantSource CLOCK = InstantSource.fixed(NOW);
    private static final TunnelId TUNNEL = TunnelId.next(CLOCK);
    private static final GrantState GRANT = grant();

    @TempDir
    private Path folder;

    private final SignedTokens api = new SignedTokens();
    private final TunnelTokens tokens = new TunnelTokens(api.pair.getPublic(), SignedTokens.PROXY, CLOCK);

    private static GrantState grant() {
        GrantId id = GrantId.next(CLOCK);
        return new GrantState(
                id,
                RequestId.next(CLOCK),
                new Grantee("sub-ada", "ada", ""),
                new GrantTarget(
                        RdsDatabaseId.parse("arn:aws:rds:eu-west-1:123456789012:db:orders/app"),
                        Engine.POSTGRES,
                        "db",
                        5432,
                        "hoop_ro",
                        "hoop_ro",
                        new GrantTarget.SecretRef("database", "x", "PASSWORD")),
                id.value(),
                null,
                NOW,
                NOW.plusSeconds(3600));
    }

    private void refuses(String what, Consumer<JwtClaims> change) {
        assertThat(tokens.verify(api.sign(GRANT, TUNNEL, NOW, change))).as(what).isEmpty();
    }

    @Test
    void takesWhatTheApiSigned() {
        assertThat(tokens.verify(api.sign(GRANT, TUNNEL, NOW)))
                .contains(new TunnelToken("sub-ada", GRANT.grantId(), TUNNEL));
    }

    @Test
    void refusesATokenThatIsMeantOtherwise() {
        refuses("another issuer", claims -> claims.setIssuer("other"));
        refuses("another proxy", claims -> claims.setAudience("staging"));
        refuses("no audience", claims -> claims.unsetClaim("aud"));
        refuses("no subject", claims -> claims.unsetClaim("sub"));
        refuses("no id", claims -> claims.unsetClaim("jti"));
        refuses("no end", claims -> claims.unsetClaim("exp"));
        refuses("no grant", claims -> claims.unsetClaim("grant"));
        refuses("no tunnel", claims -> claims.unsetClaim("tunnel"));
        refuses("a grant that is none", claims -> claims.setStringClaim("grant", "gra_x"));
        refuses("a grant that is no text", claims -> claims.setClaim("grant", 7));
    }

    @Test
    void allowsTenSecondsOfOtherClocksAndNoMore() {
        assertThat(tokens.verify(api.sign(GRANT, TUNNEL, NOW.minusSeconds(309))))
                .isPresent();
        assertThat(tokens.verify(api.sign(GRANT, TUNNEL, NOW.minusSeconds(311))))
                .isEmpty();
        refuses("not yet good", claims -> claims.setNotBefore(at(11)));
        refuses("good for hours", claims -> claims.setExpirationTime(at(3600)));
    }

    private static NumericDate at(int seconds) {
        return NumericDate.fromSeconds(NOW.plusSeconds(seconds).getEpochSecond());
    }

    @Test
    void refusesASignatureOfAnotherKeyOrOfNone() throws Exception {
        assertThat(tokens.verify(new SignedTokens().sign(GRANT, TUNNEL, NOW))).isEmpty();
        String good = api.sign(GRANT, TUNNEL, NOW);
        assertThat(tokens.verify(good.substring(0, good.lastIndexOf('.') + 1))).isEmpty();
        assertThat(tokens.verify("")).isEmpty();
        assertThat(tokens.verify("a.b.c")).isEmpty();
        String claims = good.split("\\.")[1];
        String none = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8));
        assertThat(tokens.verify(none + "." + claims + ".")).isEmpty();

        JsonWebSignature byPublicKey = new JsonWebSignature();
        byPublicKey.setPayload(SignedTokens.claims(GRANT, TUNNEL, NOW).toJson());
        byPublicKey.setAlgorithmHeaderValue(AlgorithmIdentifiers.HMAC_SHA256);
        byPublicKey.setKey(new HmacKey(api.pair.getPublic().getEncoded()));
        assertThat(tokens.verify(byPublicKey.getCompactSerialization())).isEmpty();
    }

    @Test
    void refusesAKeyThatTheTokenBrings() throws Exception {
        SignedTokens other = new SignedTokens();
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(SignedTokens.claims(GRANT, TUNNEL, NOW).toJson());
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
        signature.setKey(other.pair.getPrivate());
        signature.getHeaders().setJwkHeaderValue("jwk", JsonWebKey.Factory.newJwk(other.pair.getPublic()));

        assertThat(tokens.verify(signature.getCompactSerialization())).isEmpty();
    }

    @Test
    void readsThePublicKeyAndNamesTheSettingWhenItCannot() throws IOException {
        TunnelTokens read = TunnelTokens.of(api.publicKey(folder), SignedTokens.PROXY, CLOCK);
        assertThat(read.verify(api.sign(GRANT, TUNNEL, NOW))).isPresent();

        Path none = Files.writeString(folder.resolve("none.pem"), "rubbish!");
        assertThatThrownBy(() -> TunnelTokens.of(none, SignedTokens.PROXY, CLOCK))
                .hasMessageStartingWith("sallyport.proxy.tunnel.token-key-file: ");
        Path larger = new SignedTokens("secp384r1").publicKey(folder);
        assertThatThrownBy(() -> TunnelTokens.of(larger, SignedTokens.PROXY, CLOCK))
                .hasMessageEndingWith("it is not on the curve P-256");
    }
}
