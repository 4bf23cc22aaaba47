package dev.sallyport.proxy.tunnel;

import dev.sallyport.contracts.grants.GrantState;
import dev.sallyport.kernel.TunnelId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.function.Consumer;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;

/** Signs tokens as the api does, and as it never would. */
public final class SignedTokens {

    public static final String PROXY = "prod";

    final KeyPair pair;

    public SignedTokens() {
        this("secp256r1");
    }

    SignedTokens(String curve) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(curve));
            pair = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public Path publicKey(Path folder) throws IOException {
        return Files.writeString(
                folder.resolve("tunnel-public.pem"),
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(pair.getPublic().getEncoded())
                        + "\n-----END PUBLIC KEY-----\n");
    }

    static JwtClaims claims(GrantState grant, TunnelId tunnel, Instant now) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(TunnelTokens.ISSUER);
        claims.setAudience(PROXY);
        claims.setSubject(grant.grantee().subject());
        claims.setIssuedAt(NumericDate.fromSeconds(now.getEpochSecond()));
        claims.setExpirationTime(
                NumericDate.fromSeconds(now.plus(Duration.ofMinutes(5)).getEpochSecond()));
        claims.setGeneratedJwtId();
        claims.setStringClaim("grant", grant.grantId().value());
        claims.setStringClaim("tunnel", tunnel.value());
        return claims;
    }

    public String sign(GrantState grant, TunnelId tunnel, Instant now) {
        return sign(grant, tunnel, now, claims -> {});
    }

    String sign(GrantState grant, TunnelId tunnel, Instant now, Consumer<JwtClaims> change) {
        JwtClaims claims = claims(grant, tunnel, now);
        change.accept(claims);
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
        signature.setKey(pair.getPrivate());
        try {
            return signature.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException(e);
        }
    }
}
