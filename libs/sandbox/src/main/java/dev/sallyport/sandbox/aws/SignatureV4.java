package dev.sallyport.sandbox.aws;

import dev.sallyport.sandbox.http.LoopbackServer.Request;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
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
                    403, "IncompleteSignature", "Authorization header is not in the form of AWS Signature Version 4");
        }
        return new SignatureV4(
                parts.group(1),
                parts.group(2),
                parts.group(3),
                parts.group(4),
                List.of(parts.group(5).split(";")),
                parts.group(6));
    }

    /** Whether the request was signed with this secret key, in every byte that counts. */
    boolean matches(Request request, String secretAccessKey) {
        if (!signedHeaders.contains("host")) {
            return false;
        }
        String toSign = "AWS4-HMAC-SHA256\n" + request.header("X-Amz-Date") + "\n" + scope() + "\n"
                + hex(sha256(canonical(request).getBytes(StandardCharsets.UTF_8)));
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

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
