package dev.sallyport.cli.login;

/**
 * Who is logged in where. Nothing of it is secret.
 *
 * @param apiUrl the API, without a slash at its end; its tokens are kept by it
 * @param person as the API knew them when they logged in
 */
public record Login(String apiUrl, String issuer, String clientId, String person) {}
