package dev.sallyport.sandbox.oidc;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a person agreed to.
 *
 * @param scope the scopes, with blanks between them
 * @param nonce of the authorization request, for the id token
 */
record Session(
        LocalUser user,
        String clientId,
        String scope,
        @Nullable String nonce) {

    /** OpenID Connect Core 1.0 section 11: a refresh token is wanted. */
    boolean offline() {
        return Arrays.asList(scope.split(" ")).contains("offline_access");
    }
}
