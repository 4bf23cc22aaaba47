package dev.sallyport.api.agents;

import dev.sallyport.kernel.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an agent proves itself with: {@code agk_} and 43 letters and digits, more than 250 random bits. It is shown once; only
 * its digest is stored, and a digest of so much randomness needs no salt.
 */
record AgentKey(Secret text) {

    private static final int RANDOM_CHARACTERS = 43;
    private static final Pattern HEADER = Pattern.compile("(?i:AgentKey) (agk_[0-9A-Za-z]{43})");

    static AgentKey next() {
        return new AgentKey(Secret.of("agk_" + Secret.random(RANDOM_CHARACTERS).reveal()));
    }

    /** Of {@code Authorization: AgentKey agk_…}; empty when it has another form. */
    static Optional<AgentKey> ofHeader(String authorization) {
        Matcher parts = HEADER.matcher(authorization);
        return parts.matches() ? Optional.of(new AgentKey(Secret.of(parts.group(1)))) : Optional.empty();
    }

    /** SHA-256, in hexadecimal. */
    String digest() {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(text.reveal().getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
