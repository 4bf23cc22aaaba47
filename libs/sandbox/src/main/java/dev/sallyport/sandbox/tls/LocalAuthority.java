package dev.sallyport.sandbox.tls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A certificate authority of this machine, kept in a folder: made on first use, the same afterwards. Its certificate lasts
 * ten years, those it signs for two; they name {@code localhost}, {@code 127.0.0.1} and {@code ::1} besides what is asked
 * for. Keys are P-256.
 */
public final class LocalAuthority {

    private static final Duration OWN_LIFE = Duration.ofDays(3650);
    private static final Duration SERVER_LIFE = Duration.ofDays(730);
    private static final String SIGNATURE = "SHA256withECDSA";

    private final Path folder;
    private final X509Certificate certificate;
    private final PrivateKey key;

    private LocalAuthority(Path folder, X509Certificate certificate, PrivateKey key) {
        this.folder = folder;
        this.certificate = certificate;
        this.key = key;
    }

    /** The authority of {@code folder}. */
    public static LocalAuthority in(Path folder) {
        try {
            Files.createDirectories(folder);
            Path certificate = folder.resolve("ca.pem");
            Path key = folder.resolve("ca.key");
            if (!Files.exists(certificate)) {
                make(certificate, key);
            }
            return new LocalAuthority(folder, readCertificate(certificate), readKey(key));
        } catch (IOException e) {
            throw new UncheckedIOException("the local authority in " + folder + " cannot be read or made", e);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("the local authority in " + folder + " is damaged; remove the folder", e);
        }
    }

    /** The PEM file that clients trust. */
    public Path certificateFile() {
        return folder.resolve("ca.pem");
    }

    /** The certificate of the server {@code name}: the one made before while it lasts another month, else a new one. */
    public ServerCertificate issue(String name, String... hosts) {
        ServerCertificate files =
                new ServerCertificate(folder.resolve(name + ".pem"), folder.resolve(name + ".key"), certificateFile());
        try {
            if (!lasts(files)) {
                KeyPair pair = newKey();
                X509Certificate issued = sign(name, pair.getPublic(), hosts);
                write(files.key(), "PRIVATE KEY", pair.getPrivate().getEncoded(), "rw-------");
                write(files.certificate(), "CERTIFICATE", issued.getEncoded(), "rw-r--r--");
            }
            return files;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep the certificate of " + name + " in " + folder, e);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("cannot make a certificate for " + name, e);
        }
    }

    private static boolean lasts(ServerCertificate files) throws IOException, GeneralSecurityException {
        return Files.exists(files.certificate())
                && Files.exists(files.key())
                && readCertificate(files.certificate())
                        .getNotAfter()
                        .toInstant()
                        .isAfter(Instant.now().plus(Duration.ofDays(30)));
    }

    private X509Certificate sign(String name, PublicKey subject, String... hosts)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        JcaX509v3CertificateBuilder builder =
                builder(certificate.getSubjectX500Principal(), new X500Principal("CN=" + name), subject, SERVER_LIFE);
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyAgreement));
        // A stand-in in front of a server is a client of it as well.
        KeyPurposeId[] purposes = {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth};
        builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
        builder.addExtension(Extension.subjectAlternativeName, false, names(hosts));
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
    }

    private static GeneralNames names(String... hosts) {
        return new GeneralNames(Stream.concat(
                        Stream.of(
                                new GeneralName(GeneralName.dNSName, "localhost"),
                                new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
                                new GeneralName(GeneralName.iPAddress, "::1")),
                        List.of(hosts).stream().map(host -> new GeneralName(GeneralName.dNSName, host)))
                .toArray(GeneralName[]::new));
    }

    private static void make(Path certificateFile, Path keyFile)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        KeyPair pair = newKey();
        X500Principal self = new X500Principal("CN=Sallyport local authority");
        JcaX509v3CertificateBuilder builder = builder(self, self, pair.getPublic(), OWN_LIFE);
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        X509Certificate made = new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(pair.getPrivate())));
        write(keyFile, "PRIVATE KEY", pair.getPrivate().getEncoded(), "rw-------");
        write(certificateFile, "CERTIFICATE", made.getEncoded(), "rw-r--r--");
    }

    private static JcaX509v3CertificateBuilder builder(
            X500Principal issuer, X500Principal subject, PublicKey key, Duration life) {
        Instant from = Instant.now().minus(Duration.ofHours(1));
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(120, new SecureRandom()),
                Date.from(from),
                Date.from(from.plus(life)),
                subject,
                key);
    }

    private static KeyPair newKey() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static X509Certificate readCertificate(Path file) throws IOException, GeneralSecurityException {
        try (var in = Files.newInputStream(file)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        }
    }

    private static PrivateKey readKey(Path file) throws IOException, GeneralSecurityException {
        String body = Files.readString(file).replaceAll("-----[A-Z ]+-----", "");
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
    }

    private static void write(Path file, String label, byte[] der, String permissions) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        Path fresh = Files.createTempFile(
                file.toAbsolutePath().getParent(),
                "." + file.getFileName(),
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n");
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(permissions));
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }
}
