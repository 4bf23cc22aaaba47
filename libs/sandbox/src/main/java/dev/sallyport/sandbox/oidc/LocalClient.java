package dev.sallyport.sandbox.oidc;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Who may ask people to log in, and where it may send them afterwards. All are public clients on this machine. */
record LocalClient(String id) {

    /** The command line: a native app (RFC 8252). */
    static final String COMMAND_LINE = "sallyport-cli";

    private static final String COMMAND_LINE_PATH = "/callback";

    /** RFC 8252 section 8.1: a native app has to prove that the code came back to it. */
    boolean needsProof() {
        return id.equals(COMMAND_LINE);
    }

    /**
     * The command line comes back by the loopback address, whatever the port (RFC 8252 section 7.3), to the path that is
     * registered and with nothing else; others to anywhere on this machine.
     */
    boolean comesBackTo(@Nullable String redirectUri) {
        if (redirectUri == null) {
            return false;
        }
        URI uri = URI.create(redirectUri);
        String host = uri.getHost();
        if (!"http".equals(uri.getScheme()) || host == null || uri.getUserInfo() != null || uri.getFragment() != null) {
            return false;
        }
        if (id.equals(COMMAND_LINE)) {
            return (host.equals("127.0.0.1") || host.equals("[::1]"))
                    && COMMAND_LINE_PATH.equals(uri.getRawPath())
                    && uri.getRawQuery() == null;
        }
        return host.equals("localhost") || host.equals("127.0.0.1");
    }
}
