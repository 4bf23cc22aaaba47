package dev.sallyport.pgwire.auth;

import dev.sallyport.pgwire.PgWireException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The server's side of one SCRAM-SHA-256 exchange (RFC 5802; SASL Authentication). It needs the verifier only:
 *
 * <pre>
 *  client-first  ──first()──▶  server-first  ──▶  client-final  ──last()──▶  server-final, or empty: wrong password
 * </pre>
 */
public final class ScramServer {

    public static final String SCRAM_SHA_256 = "SCRAM-SHA-256";
    public static final String SCRAM_SHA_256_PLUS = "SCRAM-SHA-256-PLUS";

    private static final int NONCE_BYTES = 18;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final ScramVerifier verifier;
    private final Optional<byte[]> binding;
    private final String serverNonce;

    private String clientFirstBare = "";
    private String serverFirst = "";
    private String nonce = "";
    private byte[] expectedBinding = {};

    /** @param binding of the TLS connection; empty without TLS: then -PLUS is not offered */
    public ScramServer(ScramVerifier verifier, Optional<byte[]> binding) {
        this(verifier, binding, nonce());
    }

    ScramServer(ScramVerifier verifier, Optional<byte[]> binding, String serverNonce) {
        this.verifier = verifier;
        this.binding = binding;
        this.serverNonce = serverNonce;
    }

    /** What to offer, the strongest first. */
    public List<String> mechanisms() {
        return binding.isPresent() ? List.of(SCRAM_SHA_256_PLUS, SCRAM_SHA_256) : List.of(SCRAM_SHA_256);
    }

    /**
     * Takes the client's first message and answers it.
     *
     * @throws PgWireException when it is malformed or chooses what was not offered
     */
    public String first(String mechanism, String clientFirst) {
        if (!mechanisms().contains(mechanism)) {
            throw PgWireException.violation("client selected an invalid SASL authentication mechanism");
        }
        int flagEnd = clientFirst.indexOf(',');
        int headerEnd = clientFirst.indexOf(',', flagEnd + 1);
        if (flagEnd < 1 || headerEnd < 0) {
            throw malformed();
        }
        if (headerEnd != flagEnd + 1) {
            throw PgWireException.violation("client uses authorization identity, but it is not supported");
        }
        checkFlag(mechanism, clientFirst.substring(0, flagEnd));
        expectedBinding = expectedBinding(mechanism, clientFirst.substring(0, headerEnd + 1));
        clientFirstBare = clientFirst.substring(headerEnd + 1);
        String[] attributes = clientFirstBare.split(",", -1);
        if (attributes.length < 2 || !attributes[0].startsWith("n=")) {
            throw malformed();
        }
        nonce = value(attributes[1], "r=") + serverNonce;
        serverFirst = "r=" + nonce + ",s=" + Base64.getEncoder().encodeToString(verifier.salt()) + ",i="
                + verifier.iterations();
        return serverFirst;
    }

    /**
     * Takes the client's last message.
     *
     * @return the server's last message; empty when the client does not have the password
     * @throws PgWireException when it is malformed or belongs to another exchange
     */
    public Optional<String> last(String clientFinal) {
        int proofAt = clientFinal.lastIndexOf(",p=");
        if (proofAt < 0) {
            throw malformed();
        }
        String withoutProof = clientFinal.substring(0, proofAt);
        String[] attributes = withoutProof.split(",", -1);
        if (attributes.length < 2) {
            throw malformed();
        }
        if (!MessageDigest.isEqual(decode(value(attributes[0], "c=")), expectedBinding)) {
            throw new PgWireException("28000", "SCRAM channel binding check failed");
        }
        if (nonce.isEmpty() || !value(attributes[1], "r=").equals(nonce)) {
            throw PgWireException.violation("invalid SCRAM response: nonce does not match");
        }
        String authMessage = clientFirstBare + "," + serverFirst + "," + withoutProof;
        byte[] proof = decode(clientFinal.substring(proofAt + 3));
        return proves(proof, authMessage)
                ? Optional.of("v=" + Base64.getEncoder().encodeToString(Sha256.hmac(verifier.serverKey(), authMessage)))
                : Optional.empty();
    }

    private boolean proves(byte[] proof, String authMessage) {
        byte[] clientSignature = Sha256.hmac(verifier.storedKey(), authMessage);
        byte[] padded = Arrays.copyOf(proof, clientSignature.length);
        byte[] storedKey = Sha256.hash(Sha256.xor(clientSignature, padded));
        return MessageDigest.isEqual(storedKey, verifier.storedKey()) && proof.length == clientSignature.length;
    }

    private void checkFlag(String mechanism, String flag) {
        boolean plus = mechanism.equals(SCRAM_SHA_256_PLUS);
        switch (flag) {
            case "n" -> {
                if (plus) {
                    throw malformed();
                }
            }
            case "y" -> {
                // The client could bind and believes that we cannot: someone took -PLUS out of our offer.
                if (plus || binding.isPresent()) {
                    throw new PgWireException(
                            "28000", "SCRAM channel binding negotiation error: this server does support it");
                }
            }
            case "p=" + ChannelBinding.NAME -> {
                if (!plus) {
                    throw malformed();
                }
            }
            default -> throw PgWireException.violation("unsupported SCRAM channel-binding type");
        }
    }

    private byte[] expectedBinding(String mechanism, String gs2Header) {
        byte[] header = gs2Header.getBytes(StandardCharsets.UTF_8);
        if (!mechanism.equals(SCRAM_SHA_256_PLUS)) {
            return header;
        }
        byte[] bound = binding.orElseThrow(ScramServer::malformed);
        byte[] both = Arrays.copyOf(header, header.length + bound.length);
        System.arraycopy(bound, 0, both, header.length, bound.length);
        return both;
    }

    private static String value(String attribute, String name) {
        if (!attribute.startsWith(name) || attribute.length() == name.length()) {
            throw malformed();
        }
        return attribute.substring(name.length());
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw malformed();
        }
    }

    static String nonce() {
        byte[] drawn = new byte[NONCE_BYTES];
        RANDOM.nextBytes(drawn);
        return Base64.getEncoder().encodeToString(drawn);
    }

    private static PgWireException malformed() {
        return PgWireException.violation("malformed SCRAM message");
    }
}
