package dev.sallyport.pgwire.auth;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;

/** The binding {@code tls-server-end-point} (RFC 5929, section 4): a hash of the server's certificate. */
public final class ChannelBinding {

    static final String NAME = "tls-server-end-point";

    private ChannelBinding() {}

    /** The binding of a connection whose server showed {@code certificate}; empty when its signature names no hash. */
    public static Optional<byte[]> of(Certificate certificate) {
        if (!(certificate instanceof X509Certificate x509)) {
            return Optional.empty();
        }
        String algorithm = x509.getSigAlgName().toUpperCase(Locale.ROOT);
        int with = algorithm.indexOf("WITH");
        if (with < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(MessageDigest.getInstance(hash(algorithm.substring(0, with)))
                    .digest(x509.getEncoded()));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static String hash(String name) {
        return switch (name) {
            case "MD5", "SHA1", "SHA256" -> "SHA-256";
            case "SHA384" -> "SHA-384";
            case "SHA512" -> "SHA-512";
            default -> name;
        };
    }
}
