package dev.sallyport.sandbox.aws;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A token of IAM database authentication: a GET of {@code <host>:<port>/?Action=connect&DBUser=…} without its scheme, presigned
 * for the service {@code rds-db} (RDS User Guide, "Connecting to your DB instance using IAM authentication"; IAM User Guide,
 * "Create a signed AWS API request").
 *
 * @param address host and port, as it was signed
 * @param parameters in the order of signing, as they were written
 */
record LoginToken(String address, Map<String, String> parameters) {

    /** @throws IllegalArgumentException when it is no such URL */
    static LoginToken parse(String text) {
        int query = text.indexOf("/?");
        if (query <= 0) {
            throw new IllegalArgumentException("it is no presigned URL");
        }
        Map<String, String> parameters = new TreeMap<>();
        for (String parameter : text.substring(query + 2).split("&", -1)) {
            int equals = parameter.indexOf('=');
            if (equals <= 0
                    || parameters.put(parameter.substring(0, equals), parameter.substring(equals + 1)) != null) {
                throw new IllegalArgumentException("its parameters are no pairs, each once");
            }
        }
        return new LoginToken(text.substring(0, query), parameters);
    }

    /** Decoded; empty when it is not there. */
    String parameter(String name) {
        return URLDecoder.decode(parameters.getOrDefault(name, ""), StandardCharsets.UTF_8);
    }

    /** @throws IllegalArgumentException when the scope is not of five parts */
    SignatureV4 signature() {
        List<String> scope = Arrays.asList(parameter("X-Amz-Credential").split("/", -1));
        if (scope.size() != 5
                || !scope.getLast().equals("aws4_request")
                || !parameter("X-Amz-Algorithm").equals("AWS4-HMAC-SHA256")) {
            throw new IllegalArgumentException("its credential is no scope of Signature Version 4");
        }
        return new SignatureV4(
                scope.get(0),
                scope.get(1),
                scope.get(2),
                scope.get(3),
                List.of(parameter("X-Amz-SignedHeaders").split(";", -1)),
                parameter("X-Amz-Signature"));
    }

    /** Whether it was signed with this secret key, in every byte that counts. */
    boolean signedWith(String secretAccessKey) {
        String query = parameters.entrySet().stream()
                .filter(each -> !each.getKey().equals("X-Amz-Signature"))
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining("&"));
        String canonical = String.join(
                "\n",
                "GET",
                "/",
                query,
                "host:" + address,
                "",
                "host",
                SignatureV4.hex(SignatureV4.sha256(new byte[0])));
        return signature().signs(parameter("X-Amz-Date"), canonical, secretAccessKey);
    }

    /** @throws IllegalArgumentException when it says no time */
    Instant signedAt() {
        try {
            return Instant.from(SignatureV4.AMZ_DATE.parse(parameter("X-Amz-Date")));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("its date is none", e);
        }
    }

    /** @throws IllegalArgumentException when it says no number of seconds */
    Duration life() {
        return Duration.ofSeconds(Integer.parseInt(parameter("X-Amz-Expires")));
    }
}
