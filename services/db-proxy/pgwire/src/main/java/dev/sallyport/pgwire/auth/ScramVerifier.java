package dev.sallyport.pgwire.auth;

import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * By what a server knows that a client has the password (RFC 5803), as PostgreSQL keeps it in {@code pg_authid}.
 *
 * @param iterations of PBKDF2
 * @param storedKey {@code H(ClientKey)}
 * @param serverKey what the server signs with
 */
public record ScramVerifier(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {

    private static final Pattern FORM = Pattern.compile("SCRAM-SHA-256\\$([0-9]{1,9}):([^$:]+)\\$([^$:]+):([^$:]+)");

    /**
     * Reads {@code SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>}.
     *
     * @throws IllegalArgumentException when it is not of that form; the message does not repeat it
     */
    public static ScramVerifier parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new IllegalArgumentException("this is no verifier of the form SCRAM-SHA-256$…");
        }
        ScramVerifier verifier = new ScramVerifier(
                Integer.parseInt(form.group(1)), decode(form.group(2)), decode(form.group(3)), decode(form.group(4)));
        if (verifier.iterations < 1 || verifier.storedKey.length != 32 || verifier.serverKey.length != 32) {
            throw new IllegalArgumentException("this verifier's keys have not 32 bytes, or it has no iterations");
        }
        return verifier;
    }

    private static byte[] decode(String base64) {
        return Base64.getDecoder().decode(base64);
    }

    /** Nothing to show. */
    @Override
    public String toString() {
        return "ScramVerifier[***]";
    }
}
