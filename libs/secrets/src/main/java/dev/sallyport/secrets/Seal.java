package dev.sallyport.secrets;

import com.google.crypto.tink.Aead;
import dev.sallyport.kernel.Secret;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Seals the entries of one secret in one slot. Id and slot are authenticated with them, so a row opens only where it was
 * written: exchanged with another one, or moved to another slot, it does not open.
 *
 * <p>The text that is sealed: {@code u8 version = 1, i32 count}, then per entry its name and its value, each as
 * {@code i32 length} and UTF-8.
 */
final class Seal {

    /** Entries of one secret. */
    static final int MAX_ENTRIES = 64;
    /** Bytes of one name or value. */
    static final int MAX_TEXT_BYTES = 64 * 1024;

    private static final int VERSION = 1;

    private final Aead aead;

    Seal(Aead aead) {
        this.aead = aead;
    }

    byte[] close(String secretId, Slot slot, Map<String, Secret> entries) {
        try {
            return aead.encrypt(write(secretId, entries), context(secretId, slot));
        } catch (GeneralSecurityException e) {
            throw new SecretStoreException("the secret " + secretId + " could not be sealed", false);
        }
    }

    Map<String, Secret> open(String secretId, Slot slot, byte[] sealed) {
        try {
            return read(aead.decrypt(sealed, context(secretId, slot)));
        } catch (GeneralSecurityException | IOException e) {
            throw new SecretStoreException(
                    "the secret " + secretId + " (" + slot.label()
                            + ") does not open with this keyset: another keyset sealed it, or its row was changed",
                    false);
        }
    }

    private static byte[] context(String secretId, Slot slot) {
        return ("sallyport.secrets.v1/" + slot.label() + "/" + secretId).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] write(String secretId, Map<String, Secret> entries) {
        if (entries.size() > MAX_ENTRIES) {
            throw new SecretStoreException(
                    "the secret " + secretId + " has " + entries.size() + " entries, more than " + MAX_ENTRIES, false);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeInt(entries.size());
            for (Map.Entry<String, Secret> entry : new TreeMap<>(entries).entrySet()) {
                writeText(out, secretId, entry.getKey());
                writeText(out, secretId, entry.getValue().reveal());
            }
        } catch (IOException e) {
            throw new IllegalStateException("a byte array refused to be written", e);
        }
        return bytes.toByteArray();
    }

    private static void writeText(DataOutputStream out, String secretId, String text) throws IOException {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > MAX_TEXT_BYTES) {
            throw new SecretStoreException(
                    "an entry of the secret " + secretId + " has more than " + MAX_TEXT_BYTES + " bytes", false);
        }
        out.writeInt(utf8.length);
        out.write(utf8);
    }

    private static Map<String, Secret> read(byte[] plain) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(plain))) {
            if (in.readUnsignedByte() != VERSION) {
                throw new IOException("a version that we do not know");
            }
            int count = in.readInt();
            Map<String, Secret> entries = new LinkedHashMap<>();
            for (int i = 0; i < count; i++) {
                String name = readText(in);
                entries.put(name, Secret.of(readText(in)));
            }
            return entries;
        }
    }

    private static String readText(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > MAX_TEXT_BYTES) {
            throw new IOException("a length out of bounds");
        }
        return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }
}
