package dev.sallyport.proxy.targets;

import dev.sallyport.contracts.grants.GrantTarget;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/** TLS to the targets: their authorities come from one file, their host names are checked. */
public final class TargetTls {

    private final SslContext context;

    private TargetTls(SslContext context) {
        this.context = context;
    }

    /** @throws IllegalArgumentException when the file holds no certificates */
    public static TargetTls trusting(Path caFile) {
        if (!Files.isReadable(caFile)) {
            throw new IllegalArgumentException("sallyport.targets.ca-file: " + caFile + " cannot be read");
        }
        try {
            return new TargetTls(SslContextBuilder.forClient()
                    .trustManager(caFile.toFile())
                    .protocols("TLSv1.3", "TLSv1.2")
                    .build());
        } catch (SSLException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "sallyport.targets.ca-file: " + caFile + " holds no certificates: " + e.getMessage(), e);
        }
    }

    /** A handler for one connection to {@code target}. */
    public SslHandler handler(GrantTarget target, ByteBufAllocator allocator) {
        SslHandler handler = context.newHandler(allocator, target.host(), target.port());
        SSLParameters checked = handler.engine().getSSLParameters();
        checked.setEndpointIdentificationAlgorithm("HTTPS");
        handler.engine().setSSLParameters(checked);
        return handler;
    }
}
