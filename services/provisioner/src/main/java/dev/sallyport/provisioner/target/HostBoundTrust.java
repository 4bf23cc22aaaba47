package dev.sallyport.provisioner.target;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts a server when one of our authorities signed its certificate and it names the host that we asked for. The MSSQL
 * client of Vert.x turns the check of the name off for every connection ({@code MSSQLSocketConnection.enableSsl}), so it is
 * turned on here, where the chain is looked at anyway. Where the host is not known, nobody is trusted.
 */
final class HostBoundTrust extends X509ExtendedTrustManager {

    private final X509ExtendedTrustManager chain;
    private final String host;

    private HostBoundTrust(X509ExtendedTrustManager chain, String host) {
        this.chain = chain;
        this.host = host;
    }

    /**
     * @param authorities PEM, one or more
     * @throws TargetException when the file cannot be used
     */
    static HostBoundTrust of(Path authorities, String host) {
        try (InputStream pem = Files.newInputStream(authorities)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int number = 0;
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                store.setCertificateEntry("authority-" + number++, each);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            return new HostBoundTrust((X509ExtendedTrustManager) factory.getTrustManagers()[0], host);
        } catch (IOException | GeneralSecurityException e) {
            throw new TargetException(
                    TargetException.Kind.PERMANENT,
                    "the authorities in " + authorities + " cannot be read: " + e.getMessage());
        }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] certificates, String authType, SSLEngine engine)
            throws CertificateException {
        if (!host.equalsIgnoreCase(engine.getPeerHost())) {
            throw new CertificateException("the handshake is not known to be with " + host);
        }
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        engine.setSSLParameters(parameters);
        chain.checkServerTrusted(certificates, authType, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] certificates, String authType) throws CertificateException {
        throw unchecked();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] certificates, String authType, Socket socket)
            throws CertificateException {
        throw unchecked();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] certificates, String authType) throws CertificateException {
        throw unchecked();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] certificates, String authType, Socket socket)
            throws CertificateException {
        throw unchecked();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] certificates, String authType, SSLEngine engine)
            throws CertificateException {
        throw unchecked();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return chain.getAcceptedIssuers();
    }

    private static CertificateException unchecked() {
        return new CertificateException("only servers are trusted, by certificate and host name");
    }
}
