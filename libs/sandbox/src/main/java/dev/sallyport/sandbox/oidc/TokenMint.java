package dev.sallyport.sandbox.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sallyport.kernel.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Makes the tokens of the local issuer, with the key that a folder keeps. Whoever can read that folder may make a token for
 * any local user: nobody else can.
 */
public final class TokenMint {

    /** What tokens are for: the claim {@code aud}. */
    public static final String AUDIENCE = "sallyport";

    private static final Duration LIFE = Duration.ofHours(8);

    private final String issuer;
    private final RSAKey key;

    private TokenMint(String issuer, RSAKey key) {
        this.issuer = issuer;
        this.key = key;
    }

    /** The mint of {@code issuer}, with the key in {@code folder}, made on first use. */
    public static TokenMint in(Path folder, String issuer) {
        Path file = folder.resolve("signing-key.json");
        try {
            Files.createDirectories(folder);
            if (!Files.exists(file)) {
                RSAKey fresh = new RSAKeyGenerator(2048)
                        .keyUse(KeyUse.SIGNATURE)
                        .algorithm(JWSAlgorithm.RS256)
                        .keyID(UUID.randomUUID().toString())
                        .generate();
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(file, fresh.toJSONString());
            }
            return new TokenMint(issuer, RSAKey.parse(Files.readString(file)));
        } catch (IOException e) {
            throw new UncheckedIOException("the issuer's key in " + folder + " cannot be read or made", e);
        } catch (JOSEException | ParseException e) {
            throw new IllegalStateException("the issuer's key in " + folder + " is damaged; remove the folder", e);
        }
    }

    /** An access token for {@code user}, good for eight hours. */
    public Secret token(LocalUser user) {
        return token(user, AUDIENCE, Instant.now(), LIFE);
    }

    /** The same for another audience, or another time: for showing that it is refused. */
    public Secret token(LocalUser user, String audience, Instant issuedAt, Duration life) {
        return sign(claims(user, issuedAt, life).audience(audience).build());
    }

    Secret idToken(LocalUser user, String clientId, @Nullable String nonce) {
        JWTClaimsSet.Builder claims = claims(user, Instant.now(), LIFE).audience(clientId);
        if (nonce != null) {
            claims.claim("nonce", nonce);
        }
        return sign(claims.build());
    }

    String publicKeys() {
        return new JWKSet(key.toPublicJWK()).toString();
    }

    static Duration life() {
        return LIFE;
    }

    private JWTClaimsSet.Builder claims(LocalUser user, Instant issuedAt, Duration life) {
        return new JWTClaimsSet.Builder()
                .issuer(issuer)
                .subject(user.login())
                .jwtID(UUID.randomUUID().toString())
                .issueTime(Date.from(issuedAt))
                .expirationTime(Date.from(issuedAt.plus(life)))
                .claim("preferred_username", user.login())
                .claim("name", user.login())
                .claim("email", user.email())
                .claim("groups", user.groups());
    }

    private Secret sign(JWTClaimsSet claims) {
        try {
            SignedJWT token = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                            .keyID(key.getKeyID())
                            .build(),
                    claims);
            token.sign(new RSASSASigner(key));
            return Secret.of(token.serialize());
        } catch (JOSEException e) {
            throw new IllegalStateException("cannot sign a token", e);
        }
    }
}
