package dev.sallyport.sandbox.aws;

import org.jspecify.annotations.Nullable;

/**
 * An IAM role.
 *
 * @param path {@code /}, or for instance {@code /service-role/}
 * @param trusted the account that may assume it; empty when only AWS itself may, as for the role of a machine
 * @param externalId what its trust policy asks for; null when it asks for none
 */
public record Role(
        String accountId,
        String path,
        String name,
        String trusted,
        @Nullable String externalId) {

    /** @throws IllegalArgumentException when the path does not begin and end with a slash */
    public Role {
        if (!path.matches("/(?:[\\w+=,.@-]+/)*")) {
            throw new IllegalArgumentException("'" + path + "' is no path of a role");
        }
    }

    /** A role without a path that {@code trusted} may assume. */
    public static Role trusting(String trusted, String accountId, String name) {
        return new Role(accountId, "/", name, trusted, null);
    }

    /** The same, assumed only with an external id. */
    public Role withExternalId(String id) {
        return new Role(accountId, path, name, trusted, id);
    }

    /** What stands behind {@code role/} in its ARN. */
    String pathAndName() {
        return path.substring(1) + name;
    }
}
