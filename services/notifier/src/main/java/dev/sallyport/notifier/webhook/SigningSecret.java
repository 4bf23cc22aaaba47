package dev.sallyport.notifier.webhook;

import com.svix.Webhook;
import com.svix.exceptions.EmptyWebhookSecretException;
import dev.sallyport.kernel.Secret;
import java.security.SecureRandom;
import java.util.Base64;

/** What messages are signed with: {@code whsec_} and 24 to 64 bytes in base64 (Standard Webhooks, Signature scheme). */
final class SigningSecret {

    static final String PREFIX = "whsec_";

    private static final int BYTES = 32;
    private static final int LEAST_BYTES = 24;
    private static final int MOST_BYTES = 64;
    private static final SecureRandom RANDOM = new SecureRandom();

    static Secret random() {
        byte[] key = new byte[BYTES];
        RANDOM.nextBytes(key);
        return Secret.of(PREFIX + Base64.getEncoder().encodeToString(key));
    }

    /** Whether it is one. */
    static boolean isOne(Secret secret) {
        String text = secret.reveal();
        if (!text.startsWith(PREFIX)) {
            return false;
        }
        try {
            int bytes = Base64.getDecoder().decode(text.substring(PREFIX.length())).length;
            return bytes >= LEAST_BYTES && bytes <= MOST_BYTES;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** @throws IllegalArgumentException when it is none; without a cause, which might quote it */
    static Webhook signer(Secret secret) {
        try {
            return new Webhook(secret.reveal());
        } catch (EmptyWebhookSecretException | IllegalArgumentException e) {
            throw new IllegalArgumentException("not whsec_ followed by base64");
        }
    }

    private SigningSecret() {}
}
