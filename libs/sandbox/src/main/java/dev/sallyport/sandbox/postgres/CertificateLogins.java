package dev.sallyport.sandbox.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Members of a role log in over TLS only, and by the certificate of somebody who vouches for them; all others by password
 * (PostgreSQL's manual, "The pg_hba.conf File" and "User Name Maps").
 *
 * @param role whose members are meant; it need not be there yet
 * @param commonName of the certificate
 * @param authority PEM of who signed it
 */
public record CertificateLogins(String role, String commonName, Path authority) {

    private static final String MAP = "vouched";

    /** Writes both files into the server's folder; the arguments that have it read them. */
    List<String> options(Path folder) {
        Path rules = folder.resolve("hba.conf");
        Path names = folder.resolve("ident.conf");
        try {
            Files.writeString(rules, """
                    hostssl   all +%s all cert map=%s
                    hostnossl all +%s all reject
                    host      all all  all scram-sha-256
                    """.formatted(role, MAP, role));
            Files.writeString(names, "%s \"%s\" all%n".formatted(MAP, commonName));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write who may log in to " + folder, e);
        }
        return List.of(
                "-c",
                "hba_file=" + rules,
                "-c",
                "ident_file=" + names,
                "-c",
                "ssl_ca_file=" + authority.toAbsolutePath());
    }
}
