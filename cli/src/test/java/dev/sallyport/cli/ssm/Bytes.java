package dev.sallyport.cli.ssm;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Random;

/** Many bytes that are the same every time, and what is left of them at the other end. */
final class Bytes {

    private static final int CHUNK = 32 * 1024;

    /** Writes so many bytes of the sequence that {@code seed} stands for; their digest. */
    static String write(OutputStream out, long seed, long length) throws IOException {
        Random random = new Random(seed);
        MessageDigest digest = sha256();
        byte[] chunk = new byte[CHUNK];
        for (long left = length; left > 0; left -= chunk.length) {
            random.nextBytes(chunk);
            int now = (int) Math.min(left, chunk.length);
            digest.update(chunk, 0, now);
            out.write(chunk, 0, now);
        }
        out.flush();
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Reads so many bytes, or to the end; their digest. */
    static String read(InputStream in, long length) throws IOException {
        MessageDigest digest = sha256();
        byte[] chunk = new byte[CHUNK];
        long left = length;
        while (left > 0) {
            int now = in.read(chunk, 0, (int) Math.min(left, chunk.length));
            if (now < 0) {
                break;
            }
            digest.update(chunk, 0, now);
            left -= now;
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private Bytes() {}
}
