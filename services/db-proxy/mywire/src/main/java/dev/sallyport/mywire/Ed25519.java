package dev.sallyport.mywire;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Ed25519 signatures (RFC 8032, 5.1.6) with a key of any length. MariaDB's {@code client_ed25519} takes the password itself for
 * the 32 bytes of a private key, which no provider of Java accepts. Signing only, once a login; what it costs is a few
 * milliseconds.
 *
 * <p>Each multiplication takes the same steps whatever the scalar, but the numbers are {@link BigInteger}s: this is for a login
 * on a network, not for an adversary who measures this processor.
 */
final class Ed25519 {

    static final int SIGNATURE_BYTES = 64;

    private static final int SCALAR_BYTES = 32;
    private static final int SCALAR_BITS = 256;
    private static final BigInteger TWO = BigInteger.TWO;
    /** The field's prime, 2²⁵⁵ − 19. */
    private static final BigInteger P = TWO.pow(255).subtract(BigInteger.valueOf(19));
    /** The order of the base point. */
    private static final BigInteger L = TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));

    private static final BigInteger D = BigInteger.valueOf(-121665)
            .multiply(BigInteger.valueOf(121666).modInverse(P))
            .mod(P);
    private static final Point BASE = Point.of(
            new BigInteger("15112221349535400772501151409588531511454012693041857206046113283949847762202"),
            new BigInteger("46316835694926478169428394003475163141307993866256225615783033603165251855960"));
    private static final Point NEUTRAL = Point.of(BigInteger.ZERO, BigInteger.ONE);

    private Ed25519() {}

    /** The signature of {@code message} by {@code key}. */
    static byte[] sign(byte[] key, byte[] message) {
        byte[] expanded = sha512(key);
        byte[] clamped = Arrays.copyOf(expanded, SCALAR_BYTES);
        clamped[0] &= (byte) 0xF8;
        clamped[31] = (byte) (clamped[31] & 0x3F | 0x40);
        BigInteger secret = number(clamped);
        byte[] prefix = Arrays.copyOfRange(expanded, SCALAR_BYTES, 2 * SCALAR_BYTES);
        byte[] publicKey = BASE.times(secret).encoded();
        BigInteger once = number(sha512(prefix, message)).mod(L);
        byte[] commitment = BASE.times(once).encoded();
        BigInteger challenge = number(sha512(commitment, publicKey, message)).mod(L);
        byte[] signature = Arrays.copyOf(commitment, SIGNATURE_BYTES);
        byte[] answer = bytes(once.add(challenge.multiply(secret)).mod(L));
        System.arraycopy(answer, 0, signature, SCALAR_BYTES, SCALAR_BYTES);
        Arrays.fill(expanded, (byte) 0);
        Arrays.fill(clamped, (byte) 0);
        Arrays.fill(prefix, (byte) 0);
        return signature;
    }

    /** A point in extended homogeneous coordinates (RFC 8032, 5.1.4). */
    private record Point(BigInteger x, BigInteger y, BigInteger z, BigInteger t) {

        static Point of(BigInteger x, BigInteger y) {
            return new Point(x, y, BigInteger.ONE, x.multiply(y).mod(P));
        }

        Point plus(Point other) {
            BigInteger a = y.subtract(x).multiply(other.y.subtract(other.x)).mod(P);
            BigInteger b = y.add(x).multiply(other.y.add(other.x)).mod(P);
            BigInteger c = t.multiply(TWO).multiply(D).multiply(other.t).mod(P);
            BigInteger d = z.multiply(TWO).multiply(other.z).mod(P);
            BigInteger e = b.subtract(a);
            BigInteger f = d.subtract(c);
            BigInteger g = d.add(c);
            BigInteger h = b.add(a);
            return new Point(
                    e.multiply(f).mod(P),
                    g.multiply(h).mod(P),
                    f.multiply(g).mod(P),
                    e.multiply(h).mod(P));
        }

        /** Montgomery's ladder: the addition is complete, so both steps are made for each bit. */
        Point times(BigInteger scalar) {
            Point low = NEUTRAL;
            Point high = this;
            for (int bit = SCALAR_BITS - 1; bit >= 0; bit--) {
                Point sum = low.plus(high);
                if (scalar.testBit(bit)) {
                    low = sum;
                    high = high.plus(high);
                } else {
                    high = sum;
                    low = low.plus(low);
                }
            }
            return low;
        }

        byte[] encoded() {
            BigInteger inverse = z.modInverse(P);
            byte[] encoded = bytes(y.multiply(inverse).mod(P));
            if (x.multiply(inverse).mod(P).testBit(0)) {
                encoded[31] |= (byte) 0x80;
            }
            return encoded;
        }
    }

    /** Little endian, as everything in Ed25519. */
    private static BigInteger number(byte[] littleEndian) {
        return new BigInteger(1, reversed(littleEndian));
    }

    private static byte[] bytes(BigInteger number) {
        byte[] bigEndian = number.toByteArray();
        byte[] all = new byte[SCALAR_BYTES];
        for (int i = 0; i < Math.min(bigEndian.length, SCALAR_BYTES); i++) {
            all[i] = bigEndian[bigEndian.length - 1 - i];
        }
        return all;
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] result = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            result[i] = bytes[bytes.length - 1 - i];
        }
        return result;
    }

    private static byte[] sha512(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-512");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no SHA-512", e);
        }
    }
}
