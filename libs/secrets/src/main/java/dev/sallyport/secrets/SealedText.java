package dev.sallyport.secrets;

import com.google.crypto.tink.Aead;
import dev.sallyport.kernel.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;

/**
 * Seals a secret that a service keeps in a row of its own, with a keyset of its own. The name under which it was sealed is
 * authenticated: moved to another row, it does not open.
 */
public final class SealedText {

    private final Aead aead;

    private SealedText(Aead aead) {
        this.aead = aead;
    }

    /** @throws SecretStoreException when the keyset cannot be read, or others may read it too */
    public static SealedText with(Path keyset) {
        return new SealedText(Keyset.open(keyset));
    }

    public byte[] close(String name, Secret secret) {
        try {
            return aead.encrypt(secret.reveal().getBytes(StandardCharsets.UTF_8), context(name));
        } catch (GeneralSecurityException e) {
            throw new SecretStoreException("the secret " + name + " could not be sealed", false);
        }
    }

    /** @throws SecretStoreException when another keyset or another name sealed it, or it was changed */
    public Secret open(String name, byte[] sealed) {
        try {
            return Secret.of(new String(aead.decrypt(sealed, context(name)), StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new SecretStoreException(
                    "the secret " + name
                            + " does not open with this keyset: another keyset sealed it, or it was changed",
                    false);
        }
    }

    private static byte[] context(String name) {
        return ("sallyport.sealed-text.v1/" + name).getBytes(StandardCharsets.UTF_8);
    }
}
