package dev.sallyport.provisioner.job;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Checks a token of IAM database authentication as RDS does: a GET of {@code host:port/?…}, presigned with Signature Version
 * 4 (IAM User Guide, "Create a signed AWS API request", with the authentication parameters in the query).
 */
record PresignedUrl(String url) {

    boolean signedWith(String secretKey) {
        String[] scope = parameter("X-Amz-Credential").split("%2F", -1);
        String canonical =
                String.join("\n", "GET", "/", unsignedQuery(), "host:" + host(), "", "host", hex(sha256("")));
        String toSign = String.join(
                "\n",
                "AWS4-HMAC-SHA256",
                parameter("X-Amz-Date"),
                String.join("/", Arrays.copyOfRange(scope, 1, scope.length)),
                hex(sha256(canonical)));
        byte[] key = ("AWS4" + secretKey).getBytes(StandardCharsets.UTF_8);
        for (String part : Arrays.copyOfRange(scope, 1, scope.length)) {
            key = hmac(key, part);
        }
        return hex(hmac(key, toSign)).equals(parameter("X-Amz-Signature"));
    }

    private String host() {
        return url.substring(0, url.indexOf('/'));
    }

    private String[] parameters() {
        return url.substring(url.indexOf('?') + 1).split("&", -1);
    }

    private String parameter(String name) {
        return Arrays.stream(parameters())
                .filter(each -> each.startsWith(name + "="))
                .map(each -> each.substring(name.length() + 1))
                .findFirst()
                .orElse("");
    }

    private String unsignedQuery() {
        return Arrays.stream(parameters())
                .filter(each -> !each.startsWith("X-Amz-Signature="))
                .sorted()
                .collect(Collectors.joining("&"));
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

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
