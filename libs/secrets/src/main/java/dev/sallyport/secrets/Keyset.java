package dev.sallyport.secrets;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.TinkJsonProtoKeysetFormat;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.EnumSet;
import java.util.Set;

/**
 * The file with the keys that seal the store: a Tink keyset in JSON, AES-256-GCM. The primary key seals; every key in it
 * opens what it sealed, so a rotation needs no re-sealing.
 */
public final class Keyset {

    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    static {
        try {
            AeadConfig.register();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no AES-GCM", e);
        }
    }

    /**
     * Makes a keyset of one new key in {@code file} (0600), unless the file is there already.
     *
     * @return whether it was made
     */
    public static boolean create(Path file) {
        try {
            Path made = writeAside(file, KeysetHandle.generateNew(PredefinedAeadParameters.AES256_GCM));
            try {
                // A link, not a move: it fails when another process was first, whose keyset then stays.
                Files.createLink(file, made);
                return true;
            } catch (FileAlreadyExistsException e) {
                return false;
            } finally {
                Files.delete(made);
            }
        } catch (IOException | GeneralSecurityException e) {
            throw broken("cannot make the keyset " + file, e);
        }
    }

    /** Adds a new key, which seals from now on for whoever reads the file again. */
    public static void rotate(Path file) {
        try {
            KeysetHandle rotated = KeysetHandle.newBuilder(read(file))
                    .addEntry(KeysetHandle.generateEntryFromParameters(PredefinedAeadParameters.AES256_GCM)
                            .withRandomId()
                            .makePrimary())
                    .build();
            Files.move(writeAside(file, rotated), file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | GeneralSecurityException e) {
            throw broken("cannot rotate the keyset " + file, e);
        }
    }

    /** The cipher of the keyset in {@code file}. */
    static Aead open(Path file) {
        try {
            return read(file).getPrimitive(RegistryConfiguration.get(), Aead.class);
        } catch (NoSuchFileException e) {
            throw new SecretStoreException("the keyset " + file + " does not exist", false);
        } catch (IOException | GeneralSecurityException e) {
            throw broken("cannot read the keyset " + file, e);
        }
    }

    private static KeysetHandle read(Path file) throws IOException, GeneralSecurityException {
        refuseLoosePermissions(file);
        return TinkJsonProtoKeysetFormat.parseKeyset(Files.readString(file), InsecureSecretKeyAccess.get());
    }

    private static void refuseLoosePermissions(Path file) throws IOException {
        if (!posix(file)) {
            return;
        }
        Set<PosixFilePermission> granted = Files.getPosixFilePermissions(file);
        if (!OWNER_ONLY.containsAll(granted)) {
            throw new SecretStoreException(
                    "the keyset " + file + " has the permissions " + PosixFilePermissions.toString(granted)
                            + ": only its owner may read it (chmod 600)",
                    false);
        }
    }

    private static Path writeAside(Path file, KeysetHandle keys) throws IOException, GeneralSecurityException {
        FileAttribute<?>[] attributes = posix(file)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
        Path folder = file.toAbsolutePath().getParent();
        Path aside = Files.createTempFile(folder, "keyset", ".new", attributes);
        String json = TinkJsonProtoKeysetFormat.serializeKeyset(keys, InsecureSecretKeyAccess.get());
        return Files.write(aside, json.getBytes(StandardCharsets.UTF_8));
    }

    private static boolean posix(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /** Says the kind of the cause only: the text of a parser's error may quote the file. */
    private static SecretStoreException broken(String what, Exception cause) {
        return new SecretStoreException(what + " (" + cause.getClass().getSimpleName() + ")", false);
    }

    private Keyset() {}
}
