package dev.sallyport.contracts.grants;

/**
 * The person that a grant is for.
 *
 * @param subject the OIDC {@code sub}
 * @param name for people to read, for instance the OIDC {@code preferred_username}
 * @param email may be empty
 */
public record Grantee(String subject, String name, String email) {}
