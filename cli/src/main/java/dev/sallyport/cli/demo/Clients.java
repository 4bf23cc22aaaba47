package dev.sallyport.cli.demo;

import dev.sallyport.cli.demo.Access.Door;
import dev.sallyport.kernel.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** Real database clients, each verifying the proxy's certificate against the local authority. */
final class Clients {

    /** Guards nothing: a trust store holds a public certificate. Java asks for one all the same. */
    private static final String TRUST_STORE_WORD = "public";

    private final Path authority;
    private final Path trustStore;

    /**
     * @param authority the PEM file of the authority that signed the proxy's certificate
     * @param scratch a folder for the same in the form that Connector/J wants
     */
    Clients(Path authority, Path scratch) {
        this.authority = authority;
        this.trustStore = scratch.resolve("authority.p12");
    }

    /** Opens a connection through the proxy with pgjdbc or Connector/J. */
    Connection connect(Door door) throws SQLException {
        return connect(door, door.password());
    }

    /** The same with another secret. */
    Connection connect(Door door, Secret password) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", door.user());
        properties.setProperty("password", password.reveal());
        String place = door.host() + ":" + door.port() + "/" + door.database();
        if (door.engine().equals("postgres")) {
            properties.setProperty("sslmode", "verify-full");
            properties.setProperty("sslrootcert", authority.toString());
            properties.setProperty("ApplicationName", "sally demo");
            properties.setProperty("connectTimeout", "10");
            properties.setProperty("socketTimeout", "60");
            return DriverManager.getConnection("jdbc:postgresql://" + place, properties);
        }
        properties.setProperty("sslMode", "VERIFY_IDENTITY");
        properties.setProperty(
                "trustCertificateKeyStoreUrl", trustStore().toUri().toString());
        properties.setProperty("trustCertificateKeyStoreType", "PKCS12");
        properties.setProperty("trustCertificateKeyStorePassword", TRUST_STORE_WORD);
        properties.setProperty("useServerPrepStmts", "true");
        properties.setProperty("connectTimeout", "10000");
        properties.setProperty("socketTimeout", "60000");
        return DriverManager.getConnection("jdbc:mysql://" + place, properties);
    }

    private Path trustStore() {
        if (Files.exists(trustStore)) {
            return trustStore;
        }
        try (InputStream pem = Files.newInputStream(authority);
                OutputStream out = Files.newOutputStream(trustStore)) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry(
                    "sallyport", CertificateFactory.getInstance("X.509").generateCertificate(pem));
            store.store(out, TRUST_STORE_WORD.toCharArray());
            return trustStore;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + trustStore, e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(authority + " is not a certificate", e);
        }
    }
}
