package dev.sallyport.api.start;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What keeps an installation that is not for one machine from starting. */
final class StartChecks {

    /** Each names the key to change. Empty when it may start. */
    static List<String> refusals(
            DeploymentConfig.Mode mode, Optional<String> issuer, Optional<URI> awsEndpointOverride) {
        if (mode == DeploymentConfig.Mode.LOCAL) {
            return List.of();
        }
        List<String> refusals = new ArrayList<>();
        if (issuer.isEmpty()) {
            refusals.add("quarkus.oidc.auth-server-url is not set");
        } else if (!issuer.get().startsWith("https://")) {
            refusals.add("quarkus.oidc.auth-server-url must begin with https:// unless sallyport.mode is local");
        } else if (onThisMachine(issuer.get())) {
            refusals.add(
                    "quarkus.oidc.auth-server-url is an issuer on this machine, which only sallyport.mode=local may use");
        }
        if (awsEndpointOverride.isPresent()) {
            refusals.add("sallyport.aws.endpoint-override may only be set when sallyport.mode is local");
        }
        return refusals;
    }

    private static boolean onThisMachine(String issuer) {
        String host = URI.create(issuer).getHost();
        if (host == null || host.equals("localhost") || host.endsWith(".localhost")) {
            return true;
        }
        try {
            InetAddress address = InetAddress.getByName(host);
            return address.isLoopbackAddress() || address.isAnyLocalAddress();
        } catch (UnknownHostException e) {
            // A name that is not known here and now may be known later; it is not this machine.
            return false;
        }
    }

    private StartChecks() {}
}
