package dev.sallyport.cli.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/**
 * The pair of keys by which the API vouches for tunnels, made once: it signs with one, the database proxy verifies with the other.
 *
 * @param signing the private key, as PEM
 * @param verifying the public key, as PEM
 */
record TunnelKeys(Path signing, Path verifying) {

    private static final Base64.Encoder LINES = Base64.getMimeEncoder(64, new byte[] {'\n'});

    static TunnelKeys of(Home home) {
        Path folder = home.folder("keys");
        TunnelKeys keys = new TunnelKeys(folder.resolve("tunnel.pem"), folder.resolve("tunnel-public.pem"));
        // Written last: when it is there, so is the other.
        if (!Files.exists(keys.signing)) {
            keys.make(home);
        }
        return keys;
    }

    private void make(Home home) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            home.writePrivately(verifying, pem("PUBLIC KEY", pair.getPublic()));
            home.writePrivately(signing, pem("PRIVATE KEY", pair.getPrivate()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK makes keys on the curve P-256", e);
        }
    }

    private static String pem(String what, Key key) {
        return "-----BEGIN " + what + "-----\n" + LINES.encodeToString(key.getEncoded()) + "\n-----END " + what
                + "-----\n";
    }
}
