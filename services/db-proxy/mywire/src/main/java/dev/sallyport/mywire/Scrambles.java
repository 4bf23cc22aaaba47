package dev.sallyport.mywire;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;

/** How passwords are proved: by SHA-256 ({@code caching_sha2_password}) or SHA-1 ({@code mysql_native_password}) and a nonce. */
final class Scrambles {

    static final String CACHING_SHA2 = "caching_sha2_password";
    static final String NATIVE = "mysql_native_password";

    /** MariaDB's; see {@link Ed25519}. */
    static final String ED25519 = "client_ed25519";

    static final int ED25519_NONCE_BYTES = 32;

    private Scrambles() {}

    /**
     * The password as {@code caching_sha2_password} wants it where there is no TLS: with its zero byte, mixed with the nonce,
     * encrypted by RSA-OAEP with the server's key. Nobody vouches for that key: whoever sits in between could send their own.
     * That is the risk of targets without TLS, which have to be allowed by configuration.
     *
     * @param key in PEM
     * @throws MalformedPacketException when it is no RSA key
     */
    static byte[] encrypted(byte[] password, byte[] nonce, String key) {
        byte[] mixed = Arrays.copyOf(password, password.length + 1);
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] ^= nonce[i % nonce.length];
        }
        try {
            byte[] der = Base64.getMimeDecoder().decode(key.replaceAll("-----[A-Z ]+-----", ""));
            Cipher rsa = Cipher.getInstance("RSA/ECB/OAEPWithSHA-1AndMGF1Padding");
            rsa.init(Cipher.ENCRYPT_MODE, KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(der)));
            return rsa.doFinal(mixed);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new MalformedPacketException("a public key of RSA was expected");
        } finally {
            Arrays.fill(mixed, (byte) 0);
        }
    }

    /** {@code SHA256(p) xor SHA256(SHA256(SHA256(p)) + nonce)}; nothing for an empty password. */
    static byte[] cachingSha2(byte[] password, byte[] nonce) {
        if (password.length == 0) {
            return password;
        }
        byte[] once = sha256(password);
        return xor(once, sha256(sha256(once), nonce));
    }

    /** {@code SHA1(p) xor SHA1(nonce + SHA1(SHA1(p)))}; nothing for an empty password. */
    static byte[] nativePassword(byte[] password, byte[] nonce) {
        if (password.length == 0) {
            return password;
        }
        byte[] once = sha1(password);
        return xor(once, sha1(nonce, sha1(once)));
    }

    /** Whether {@code proof} was made by who has the password of {@code verifier}, {@code SHA256(SHA256(p))}. */
    static boolean provesCachingSha2(byte[] proof, byte[] verifier, byte[] nonce) {
        return proof.length == 32 && MessageDigest.isEqual(sha256(xor(proof, sha256(verifier, nonce))), verifier);
    }

    /** Whether {@code proof} was made by who has the password of {@code verifier}, {@code SHA1(SHA1(p))}. */
    static boolean provesNative(byte[] proof, byte[] verifier, byte[] nonce) {
        return proof.length == 20 && MessageDigest.isEqual(sha1(xor(proof, sha1(nonce, verifier))), verifier);
    }

    static boolean isPassword(byte[] password, byte[] verifier) {
        return MessageDigest.isEqual(sha256(sha256(password)), verifier);
    }

    private static byte[] xor(byte[] one, byte[] other) {
        byte[] result = new byte[one.length];
        for (int i = 0; i < one.length; i++) {
            result[i] = (byte) (one[i] ^ other[i]);
        }
        return result;
    }

    static byte[] sha256(byte[]... parts) {
        return digest("SHA-256", parts);
    }

    static byte[] sha1(byte[]... parts) {
        return digest("SHA-1", parts);
    }

    private static byte[] digest(String algorithm, byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + algorithm, e);
        }
    }
}
