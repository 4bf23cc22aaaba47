package dev.sallyport.pgwire.auth;

import dev.sallyport.pgwire.PgWireException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The client's side of one SCRAM-SHA-256 exchange (RFC 5802; SASL Authentication). The server proves that it knows the password
 * too: {@link #verify} must have returned before anything else is believed.
 */
public final class ScramClient {

    /** More rounds of PBKDF2 are not worth a login: a server that asks for them is not one of ours. */
    public static final int MAX_ITERATIONS = 1_000_000;

    /** {@code SaltedPassword} of RFC 5802, of one password. */
    public interface Salting {

        /** @param iterations from 1 to {@link #MAX_ITERATIONS} */
        byte[] salted(byte[] salt, int iterations);
    }

    private final String mechanism;
    private final String gs2Header;
    private final byte[] binding;
    private final String clientNonce;

    private byte[] serverSignature = {};

    /**
     * @param offered the mechanisms that the server offers
     * @param channelBinding of the TLS connection; empty without TLS
     * @throws PgWireException when none of them is ours
     */
    public ScramClient(List<String> offered, Optional<byte[]> channelBinding) {
        this(offered, channelBinding, ScramServer.nonce());
    }

    ScramClient(List<String> offered, Optional<byte[]> channelBinding, String clientNonce) {
        this.clientNonce = clientNonce;
        if (channelBinding.isPresent() && offered.contains(ScramServer.SCRAM_SHA_256_PLUS)) {
            mechanism = ScramServer.SCRAM_SHA_256_PLUS;
            gs2Header = "p=" + ChannelBinding.NAME + ",,";
            binding = channelBinding.get();
        } else if (offered.contains(ScramServer.SCRAM_SHA_256)) {
            mechanism = ScramServer.SCRAM_SHA_256;
            gs2Header = channelBinding.isPresent() ? "y,," : "n,,";
            binding = new byte[0];
        } else {
            throw PgWireException.violation("the server offers no SASL mechanism that is supported");
        }
    }

    /** The mechanism chosen. */
    public String mechanism() {
        return mechanism;
    }

    /** The client's first message. */
    public String first() {
        return gs2Header + firstBare();
    }

    /** {@code Hi(Normalize(password), salt, iterations)}. Takes milliseconds of CPU: never on an event loop. */
    public static byte[] salted(String password, byte[] salt, int iterations) {
        return Sha256.pbkdf2(prepared(password).toCharArray(), salt, iterations);
    }

    /**
     * The client's last message, in answer to the server's first.
     *
     * @throws PgWireException when the server's message is malformed or asks for too much
     */
    public String last(String serverFirst, Salting password) {
        String[] attributes = serverFirst.split(",", -1);
        if (attributes.length < 3
                || !attributes[0].startsWith("r=" + clientNonce)
                || !attributes[1].startsWith("s=")
                || !attributes[2].matches("i=[0-9]{1,9}")) {
            throw malformed();
        }
        int iterations = Integer.parseInt(attributes[2].substring(2));
        if (iterations < 1 || iterations > MAX_ITERATIONS) {
            throw PgWireException.violation("the server asks for " + iterations + " iterations of SCRAM");
        }
        byte[] salted = password.salted(decode(attributes[1].substring(2)), iterations);
        byte[] header = gs2Header.getBytes(StandardCharsets.UTF_8);
        byte[] bound = Arrays.copyOf(header, header.length + binding.length);
        System.arraycopy(binding, 0, bound, header.length, binding.length);
        String withoutProof = "c=" + Base64.getEncoder().encodeToString(bound) + "," + attributes[0];
        String authMessage = firstBare() + "," + serverFirst + "," + withoutProof;
        byte[] clientKey = Sha256.hmac(salted, "Client Key");
        byte[] proof = Sha256.xor(clientKey, Sha256.hmac(Sha256.hash(clientKey), authMessage));
        serverSignature = Sha256.hmac(Sha256.hmac(salted, "Server Key"), authMessage);
        return withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof);
    }

    /** @throws PgWireException when the server has not proved that it knows the password */
    public void verify(String serverFinal) {
        String[] attributes = serverFinal.split(",", 2);
        if (serverSignature.length == 0 || !attributes[0].startsWith("v=")) {
            throw malformed();
        }
        if (!MessageDigest.isEqual(decode(attributes[0].substring(2)), serverSignature)) {
            throw new PgWireException("28000", "the server could not prove that it knows the password");
        }
    }

    private String firstBare() {
        return "n=,r=" + clientNonce;
    }

    /** SASLprep leaves ASCII as it is; of the rest, normalisation is the part that matters to real passwords. */
    private static String prepared(String password) {
        return Normalizer.normalize(password, Normalizer.Form.NFKC);
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
    }

    private static PgWireException malformed() {
        return PgWireException.violation("malformed SCRAM message from the server");
    }
}
