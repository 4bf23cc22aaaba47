package dev.sallyport.api.tunnel;

import dev.sallyport.contracts.grants.Grantee;
import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.Secret;
import dev.sallyport.kernel.TunnelId;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.NumericDate;
import org.jose4j.lang.JoseException;

/** Signs the tokens that open tunnels, ES256: db-proxies have the other half of the key. */
@ApplicationScoped
class TunnelKey {

    /** As the db-proxies expect it. */
    static final String ISSUER = "sallyport";

    private static final Logger LOG = Logger.getLogger(TunnelKey.class);
    private static final int P256_BITS = 256;

    private final TunnelConfig config;
    private Optional<ECPrivateKey> key = Optional.empty();

    TunnelKey(TunnelConfig config) {
        this.config = config;
    }

    void start(@Observes StartupEvent event) {
        key = config.keyFile().map(TunnelKey::read);
        if (key.isEmpty()) {
            LOG.info("no tunnels: sallyport.access.tunnel.key-file is not set");
        }
    }

    /** Whether tunnels are opened at all. */
    boolean present() {
        return key.isPresent();
    }

    /**
     * A token that opens the tunnel for its grantee at one deployment of db-proxies.
     *
     * @throws IllegalStateException without a key
     */
    Secret sign(String proxyId, Grantee grantee, GrantId grant, TunnelId tunnel, Instant now, Instant expiresAt) {
        JwtClaims claims = new JwtClaims();
        claims.setIssuer(ISSUER);
        claims.setAudience(proxyId);
        claims.setSubject(grantee.subject());
        claims.setIssuedAt(NumericDate.fromSeconds(now.getEpochSecond()));
        claims.setExpirationTime(NumericDate.fromSeconds(expiresAt.getEpochSecond()));
        claims.setGeneratedJwtId();
        claims.setStringClaim("grant", grant.value());
        claims.setStringClaim("tunnel", tunnel.value());
        JsonWebSignature signature = new JsonWebSignature();
        signature.setPayload(claims.toJson());
        signature.setAlgorithmHeaderValue(AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
        signature.setKey(key.orElseThrow(() -> new IllegalStateException("there is no key for tunnels")));
        try {
            return Secret.of(signature.getCompactSerialization());
        } catch (JoseException e) {
            throw new IllegalStateException("a tunnel's token cannot be signed", e);
        }
    }

    private static ECPrivateKey read(Path file) {
        try {
            String base64 = Files.readString(file).replaceAll("-----(BEGIN|END) PRIVATE KEY-----|\\s", "");
            ECPrivateKey read = (ECPrivateKey) KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
            if (read.getParams().getOrder().bitLength() != P256_BITS) {
                throw new IllegalArgumentException("it is not on the curve P-256");
            }
            return read;
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            // Without its cause, which may show what is in the file.
            throw new IllegalArgumentException("sallyport.access.tunnel.key-file: " + file
                    + " holds no private key on the curve P-256 (PKCS 8, PEM) that can be read");
        }
    }
}
