package dev.sallyport.cli.ssm.signin;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.cli.ssm.channel.SsmFailure;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Sign-ins to portals, a file for each, which only its owner may read: the AWS CLI's folder, names and format, so that who has signed in there need
 * not do it again here, and the other way round.
 */
record TokenCache(Path folder) {

    private static final ObjectMapper JSON = new ObjectMapper();

    static TokenCache ofTheAwsCli() {
        return new TokenCache(Path.of(System.getProperty("user.home"), ".aws", "sso", "cache"));
    }

    /** Empty when there is none, or it cannot be read. */
    Optional<KeptToken> read(URI startUrl) {
        Path file = file(startUrl);
        try {
            return Files.isReadable(file)
                    ? Optional.of(JSON.readValue(Files.readString(file), KeptToken.class))
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Readers see the sign-in before or this one, never a half. */
    void write(URI startUrl, KeptToken token) {
        Path file = file(startUrl);
        try {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path fresh = Files.createTempFile(
                    folder,
                    ".sally",
                    ".new",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, JSON.writeValueAsString(token));
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw SsmFailure.lasting("the sign-in to AWS cannot be kept in " + folder + ": " + e.getMessage());
        }
    }

    /** Named by the SHA-1 of the portal's address, as the AWS CLI does; nothing is protected by it. */
    Path file(URI startUrl) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest(startUrl.toString().getBytes(StandardCharsets.UTF_8));
            return folder.resolve(HexFormat.of().formatHex(digest) + ".json");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
