package dev.sallyport.sandbox.tls;

import java.nio.file.Path;

/**
 * A server's certificate and key, and the authority that signed it, each a PEM file.
 *
 * @param certificate the server's certificate
 * @param key its private key, PKCS #8, readable by its owner only
 * @param authority the certificate of the authority
 */
public record ServerCertificate(Path certificate, Path key, Path authority) {}
