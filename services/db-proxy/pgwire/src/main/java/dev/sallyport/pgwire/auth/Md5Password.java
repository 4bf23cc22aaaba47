package dev.sallyport.pgwire.auth;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

/** The answer to AuthenticationMD5Password, for targets that know nothing better yet. */
public final class Md5Password {

    private Md5Password() {}

    /** {@code "md5" + md5(md5(password + user) + salt)}. */
    public static String answer(String user, String password, byte[] salt) {
        byte[] inner = hex((password + user).getBytes(StandardCharsets.UTF_8), new byte[0])
                .getBytes(StandardCharsets.US_ASCII);
        return "md5" + hex(inner, salt);
    }

    private static String hex(byte[] bytes, byte[] salt) {
        try {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            md5.update(bytes);
            return HexFormat.of().formatHex(md5.digest(salt));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no MD5", e);
        }
    }
}
