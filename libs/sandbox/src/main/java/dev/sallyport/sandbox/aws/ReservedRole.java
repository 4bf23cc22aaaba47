package dev.sallyport.sandbox.aws;

import java.time.Duration;

/**
 * The role that Identity Center keeps in an account for a permission set that is assigned there. People take it on through the
 * access portal.
 *
 * @param name {@code AWSReservedSSO_<permission set>_<16 hex>}
 * @param inlinePolicy as the permission set had it when it was provisioned last; empty when it had none
 */
public record ReservedRole(
        String accountId, String permissionSet, String name, Duration sessionDuration, String inlinePolicy) {

    /** The path that these roles have, for an instance in {@code region}; only us-east-1 has no folder of its own. */
    public static String path(String region) {
        return "/aws-reserved/sso.amazonaws.com/" + (region.equals("us-east-1") ? "" : region + "/");
    }

    /** As IAM knows it. Nobody assumes it with {@code sts:AssumeRole}: its trust policy names the portal's SAML provider. */
    Role role(String region) {
        return new Role(accountId, path(region), name, "", null);
    }
}
