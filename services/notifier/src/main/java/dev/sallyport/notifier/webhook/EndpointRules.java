package dev.sallyport.notifier.webhook;

import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.Topics;
import dev.sallyport.kernel.Secret;
import dev.sallyport.notifier.rest.ProblemException;
import java.net.URI;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint may be.
 *
 * @param plainAllowed whether a URL may be plain HTTP
 */
record EndpointRules(boolean plainAllowed) {

    private static final int LONGEST_URL = 2_000;

    private static final Set<String> PUBLIC_TYPES = EventType.ALL.stream()
            .filter(type -> type.topic().equals(Topics.EVENTS) || type.topic().equals(Topics.QUERIES))
            .map(EventType::name)
            .collect(Collectors.toCollection(TreeSet::new));

    private static final Set<String> USUAL_TYPES = Set.of(EventType.DBROLES_JOB_FINISHED.name());

    static EndpointsResource.Body present(EndpointsResource.@Nullable Body body) {
        if (body == null) {
            throw ProblemException.badRequest("malformed_json", "the body is the endpoint as a JSON document");
        }
        return body;
    }

    static String name(@Nullable String name) {
        if (name == null
                || !Endpoint.NAME.matcher(name).matches()
                || name.equals(Endpoint.DEFAULT)
                || name.equals(Endpoint.CHAT)) {
            throw ProblemException.badRequest(
                    "invalid_field",
                    "'name' is 1 to 64 lower-case letters, digits and inner hyphens, and neither 'default' nor 'chat', which are the configuration's");
        }
        return name;
    }

    Endpoints.Wanted wanted(EndpointsResource.Body body) {
        return new Endpoints.Wanted(
                url(body.url()), types(body.eventTypes()), body.allowPrivateAddresses(), body.disabled());
    }

    /** The one that is given, or a random one. */
    static Secret secret(@Nullable String text) {
        if (text == null) {
            return SigningSecret.random();
        }
        Secret secret = Secret.of(text);
        if (!SigningSecret.isOne(secret)) {
            throw ProblemException.badRequest(
                    "invalid_field",
                    "'secret' is whsec_ followed by 24 to 64 bytes in base64; leave it out for a random one");
        }
        return secret;
    }

    private URI url(@Nullable URI url) {
        String scheme = url == null ? "" : String.valueOf(url.getScheme());
        if (url == null
                || !(scheme.equals("https") || plainAllowed && scheme.equals("http"))
                || url.getHost() == null
                || url.getRawUserInfo() != null
                || url.getRawFragment() != null
                || url.toString().length() > LONGEST_URL) {
            throw ProblemException.badRequest(
                    "invalid_field",
                    "'url' is https://host/path, without user and fragment"
                            + (plainAllowed ? "; in local mode http:// too" : ""));
        }
        return url;
    }

    private static Set<String> types(@Nullable Set<String> types) {
        if (types == null) {
            return USUAL_TYPES;
        }
        if (types.isEmpty() || !PUBLIC_TYPES.containsAll(types)) {
            throw ProblemException.badRequest(
                    "invalid_field", "'event_types' is one or more of " + String.join(", ", PUBLIC_TYPES));
        }
        return new TreeSet<>(types);
    }
}
