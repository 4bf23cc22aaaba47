package dev.sallyport.sandbox.aws;

import dev.sallyport.sandbox.http.LoopbackServer.Request;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A request's signature, version 4 (IAM User Guide, "AWS Signature Version 4 for API requests").
 *
 * @param service from the credential scope, for instance {@code rds}
 */
record SignatureV4(
        String accessKeyId, String date, String region, String service, List<String> signedHeaders, String signature) {

    private static final Duration MAX_SKEW = Duration.ofMinutes(15);
    static final DateTimeFormatter AMZ_DATE =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    /** Where a request has them. */
    private static final List<String> MUST_BE_SIGNED = List.of("host", "x-amz-date", "x-amz-security-token");

    private static final Pattern HEADER = Pattern.compile(
            "AWS4-HMAC-SHA256 Credential=([^/]+)/(\\d{8})/([^/]+)/([^/]+)/aws4_request, ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})");

    /** The signature in the header {@code Authorization}. */
    static SignatureV4 of(Request request) {
        String header = request.header("Authorization");
        if (header.isEmpty()) {
            throw new AwsError(403, "MissingAuthenticationToken", "Request is missing Authentication Token");
        }
        Matcher parts = HEADER.matcher(header);
        if (!parts.matches()) {
            throw new AwsError(
                    400, "IncompleteSignature", "Authorization header is not in the form of AWS Signature Version 4");
        }
        return new SignatureV4(
                parts.group(1),
                parts.group(2),
                parts.group(3),
                parts.group(4),
                List.of(parts.group(5).split(";")),
                parts.group(6));
    }

    /** @throws AwsError when its time is another day than the scope's, too far from now, or a header is not signed that has to be */
    void check(Request request, Instant now) {
        for (String name : MUST_BE_SIGNED) {
            boolean sent = name.equals("host") || !request.header(name).isEmpty();
            if (sent && !signedHeaders.contains(name)) {
                throw new AwsError(
                        400,
                        "IncompleteSignature",
                        "'" + name + "' must be a 'SignedHeader' in the AWS Authorization header.");
            }
        }
        String time = request.header("X-Amz-Date");
        Duration age = Duration.between(instant(time), now);
        if (!time.startsWith(date)) {
            throw mismatch("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '"
                    + date + "' != '" + time.substring(0, 8) + "', from '" + time + "'.");
        }
        if (age.compareTo(MAX_SKEW) > 0) {
            throw mismatch(
                    "Signature expired: " + time + " is now earlier than " + AMZ_DATE.format(now.minus(MAX_SKEW)));
        }
        if (age.negated().compareTo(MAX_SKEW) > 0) {
            throw mismatch("Signature not yet current: " + time + " is still later than "
                    + AMZ_DATE.format(now.plus(MAX_SKEW)));
        }
    }

    private static Instant instant(String time) {
        try {
            return Instant.from(AMZ_DATE.parse(time));
        } catch (DateTimeParseException e) {
            throw new AwsError(
                    400, "IncompleteSignature", "Date must be in ISO-8601 'basic format'. Got '" + time + "'.");
        }
    }

    private static AwsError mismatch(String message) {
        return new AwsError(403, "SignatureDoesNotMatch", message);
    }

    /** Whether the request was signed with this secret key, in every byte that counts. */
    boolean matches(Request request, String secretAccessKey) {
        return signs(request.header("X-Amz-Date"), canonical(request), secretAccessKey);
    }

    /** Whether it is the signature of a canonical request, made at {@code time} with this secret key. */
    boolean signs(String time, String canonicalRequest, String secretAccessKey) {
        String toSign = "AWS4-HMAC-SHA256\n" + time + "\n" + scope() + "\n"
                + hex(sha256(canonicalRequest.getBytes(StandardCharsets.UTF_8)));
        byte[] key = hmac(("AWS4" + secretAccessKey).getBytes(StandardCharsets.UTF_8), date);
        key = hmac(hmac(hmac(key, region), service), "aws4_request");
        return MessageDigest.isEqual(
                hex(hmac(key, toSign)).getBytes(StandardCharsets.US_ASCII),
                signature.getBytes(StandardCharsets.US_ASCII));
    }

    private String scope() {
        return date + "/" + region + "/" + service + "/aws4_request";
    }

    private String canonical(Request request) {
        List<String> lines = new ArrayList<>();
        lines.add(request.method());
        lines.add(request.exchange().getRequestURI().getRawPath());
        String query = request.exchange().getRequestURI().getRawQuery();
        lines.add(query == null ? "" : query);
        for (String name : signedHeaders) {
            lines.add(name.toLowerCase(Locale.ROOT) + ":"
                    + request.header(name).strip().replaceAll(" +", " "));
        }
        lines.add("");
        lines.add(String.join(";", signedHeaders));
        lines.add(hex(sha256(request.body())));
        return String.join("\n", lines);
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
