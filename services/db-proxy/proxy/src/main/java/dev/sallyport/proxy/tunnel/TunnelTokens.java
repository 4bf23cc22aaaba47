package dev.sallyport.proxy.tunnel;

import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.TunnelId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;

/** Verifies the tokens that the api signs for tunnels: ES256, of the issuer {@code sallyport}, for this proxy only. */
public final class TunnelTokens {

    /** What the api calls itself in a token. */
    public static final String ISSUER = "sallyport";

    private static final Logger LOG = Logger.getLogger(TunnelTokens.class);
    private static final int CLOCK_SKEW_SECONDS = 10;
    /** No token is good for longer, whatever it says. */
    private static final int LONGEST_MINUTES = 10;

    private static final int P256_BITS = 256;

    private final PublicKey key;
    private final String proxyId;
    private final InstantSource clock;

    TunnelTokens(PublicKey key, String proxyId, InstantSource clock) {
        this.key = key;
        this.proxyId = proxyId;
        this.clock = clock;
    }

    /**
     * @param file a public key on the curve P-256, as PEM
     * @throws IllegalArgumentException when it is none; names the key of the configuration
     */
    public static TunnelTokens of(Path file, String proxyId, InstantSource clock) {
        try {
            String base64 = Files.readString(file).replaceAll("-----(BEGIN|END) PUBLIC KEY-----|\\s", "");
            PublicKey key = KeyFactory.getInstance("EC")
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
            if (((ECPublicKey) key).getParams().getOrder().bitLength() != P256_BITS) {
                throw new IllegalArgumentException("it is not on the curve P-256");
            }
            return new TunnelTokens(key, proxyId, clock);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "sallyport.proxy.tunnel.token-key-file: " + file + " holds no public key that can be used: "
                            + e.getMessage(),
                    e);
        }
    }

    /** What the token says; empty when it is not valid, whatever is wrong with it. Takes a millisecond: not for event loops. */
    Optional<TunnelToken> verify(String token) {
        try {
            JwtClaims claims = consumer().processToClaims(token);
            return Optional.of(new TunnelToken(
                    claims.getSubject(),
                    new GrantId(claims.getClaimValue("grant", String.class)),
                    new TunnelId(claims.getClaimValue("tunnel", String.class))));
        } catch (InvalidJwtException e) {
            // Its message may hold the token.
            LOG.debugf(
                    "a token is not valid: %s",
                    e.getErrorDetails().stream()
                            .map(error -> error.getErrorCode())
                            .toList());
            return Optional.empty();
        } catch (MalformedClaimException | IllegalArgumentException | NullPointerException e) {
            LOG.debug("a token names no grant or no tunnel");
            return Optional.empty();
        }
    }

    private JwtConsumer consumer() {
        return new JwtConsumerBuilder()
                .setJwsAlgorithmConstraints(new AlgorithmConstraints(
                        ConstraintType.PERMIT, AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256))
                .setVerificationKey(key)
                .setExpectedIssuer(ISSUER)
                .setExpectedAudience(proxyId)
                .setRequireSubject()
                .setRequireJwtId()
                .setRequireExpirationTime()
                .setMaxFutureValidityInMinutes(LONGEST_MINUTES)
                .setAllowedClockSkewInSeconds(CLOCK_SKEW_SECONDS)
                .setEvaluationTime(NumericDate.fromMilliseconds(clock.instant().toEpochMilli()))
                .build();
    }
}
