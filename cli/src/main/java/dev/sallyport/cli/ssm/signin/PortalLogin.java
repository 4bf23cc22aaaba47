package dev.sallyport.cli.ssm.signin;

import dev.sallyport.cli.ssm.AwsClients;
import dev.sallyport.cli.ssm.SsmListener;
import dev.sallyport.cli.ssm.SsmSettings;
import dev.sallyport.cli.ssm.channel.SsmFailure;
import dev.sallyport.kernel.Secret;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ssooidc.SsoOidcClient;
import software.amazon.awssdk.services.ssooidc.model.AccessDeniedException;
import software.amazon.awssdk.services.ssooidc.model.AuthorizationPendingException;
import software.amazon.awssdk.services.ssooidc.model.CreateTokenResponse;
import software.amazon.awssdk.services.ssooidc.model.ExpiredTokenException;
import software.amazon.awssdk.services.ssooidc.model.InvalidClientException;
import software.amazon.awssdk.services.ssooidc.model.RegisterClientResponse;
import software.amazon.awssdk.services.ssooidc.model.SlowDownException;
import software.amazon.awssdk.services.ssooidc.model.SsoOidcException;
import software.amazon.awssdk.services.ssooidc.model.StartDeviceAuthorizationResponse;

/**
 * A person's sign-in to a portal of IAM Identity Center (IAM Identity Center OIDC API reference): the one that is kept, or renewed with its
 * refresh token, or a new one by a code in the browser (RFC 8628).
 */
final class PortalLogin {

    private static final String DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code";
    private static final String REFRESH = "refresh_token";
    private static final String SCOPE = "sso:account:access";
    private static final Duration BEFORE_EXPIRY = Duration.ofMinutes(1);
    /** RFC 8628, 3.5: what {@code slow_down} adds. */
    private static final Duration SLOWER = Duration.ofSeconds(5);

    private final URI startUrl;
    private final String region;
    private final AwsClients clients;
    private final SsmListener listener;
    private final TokenCache cache;

    PortalLogin(URI startUrl, String region, SsmSettings settings, SsmListener listener, TokenCache cache) {
        this.startUrl = startUrl;
        this.region = region;
        this.clients = new AwsClients(settings);
        this.listener = listener;
        this.cache = cache;
    }

    /** The access token, by the shortest way to it. */
    Secret token() {
        Optional<KeptToken> kept = cache.read(startUrl);
        Instant soon = Instant.now().plus(BEFORE_EXPIRY);
        return kept.flatMap(token -> token.goodAt(soon))
                .or(() -> kept.filter(token -> token.isRenewableAt(soon)).flatMap(this::renewed))
                .orElseGet(this::fresh);
    }

    /** A new sign-in, whatever is kept. */
    Secret fresh() {
        return asked(oidc -> {
            Optional<KeptToken> known = registered();
            if (known.isPresent()) {
                try {
                    return signIn(oidc, known.get());
                } catch (InvalidClientException e) {
                    // Identity Center has forgotten us: then as somebody new.
                }
            }
            return signIn(oidc, register(oidc));
        });
    }

    private Optional<Secret> renewed(KeptToken kept) {
        try (SsoOidcClient oidc = client()) {
            return Optional.of(keep(
                    oidc.createToken(request -> request.clientId(kept.clientId())
                            .clientSecret(kept.clientSecret())
                            .grantType(REFRESH)
                            .refreshToken(kept.refreshToken())),
                    kept));
        } catch (SsoOidcException e) {
            // Too old, or revoked: then by a code.
            return Optional.empty();
        } catch (SdkException e) {
            throw unreachable(e);
        }
    }

    private Optional<KeptToken> registered() {
        Instant soon = Instant.now().plus(BEFORE_EXPIRY);
        return cache.read(startUrl).filter(kept -> kept.isRegisteredAt(soon));
    }

    private KeptToken register(SsoOidcClient oidc) {
        RegisterClientResponse client = oidc.registerClient(
                request -> request.clientName("sally").clientType("public").scopes(SCOPE));
        return KeptToken.registered(
                startUrl.toString(),
                region,
                client.clientId(),
                client.clientSecret(),
                Instant.ofEpochSecond(client.clientSecretExpiresAt()));
    }

    private Secret signIn(SsoOidcClient oidc, KeptToken client) {
        StartDeviceAuthorizationResponse device =
                oidc.startDeviceAuthorization(request -> request.clientId(client.clientId())
                        .clientSecret(client.clientSecret())
                        .startUrl(startUrl.toString()));
        Instant until = Instant.now().plusSeconds(device.expiresIn());
        listener.signInAt(URI.create(device.verificationUriComplete()), device.userCode(), until);
        Duration interval = Duration.ofSeconds(Math.max(1, Objects.requireNonNullElse(device.interval(), 5)));
        while (Instant.now().isBefore(until)) {
            sleep(interval);
            try {
                return keep(
                        oidc.createToken(request -> request.clientId(client.clientId())
                                .clientSecret(client.clientSecret())
                                .grantType(DEVICE_CODE)
                                .deviceCode(device.deviceCode())),
                        client);
            } catch (SlowDownException e) {
                interval = interval.plus(SLOWER);
            } catch (AuthorizationPendingException e) {
                // Once more.
            } catch (ExpiredTokenException e) {
                break;
            } catch (AccessDeniedException e) {
                throw SsmFailure.lasting("the sign-in to AWS was refused in the browser");
            }
        }
        throw SsmFailure.lasting(
                "nobody confirmed the sign-in to AWS in time; try again, and open the page that is shown");
    }

    private Secret keep(CreateTokenResponse answer, KeptToken client) {
        @Nullable String refresh = answer.refreshToken() == null ? client.refreshToken() : answer.refreshToken();
        cache.write(
                startUrl,
                client.with(answer.accessToken(), refresh, Instant.now().plusSeconds(answer.expiresIn())));
        return Secret.of(answer.accessToken());
    }

    private interface Asking {
        Secret ask(SsoOidcClient oidc);
    }

    private Secret asked(Asking asking) {
        try (SsoOidcClient oidc = client()) {
            return asking.ask(oidc);
        } catch (SsoOidcException e) {
            throw SsmFailure.lasting("IAM Identity Center in " + region + " refused the sign-in to " + startUrl + " ("
                    + e.statusCode()
                    + "); are portal and region right?");
        } catch (SdkException e) {
            throw unreachable(e);
        }
    }

    private SsmFailure unreachable(SdkException e) {
        return SsmFailure.passing("IAM Identity Center in " + region + " cannot be reached ("
                + e.getClass().getSimpleName() + ")");
    }

    private SsoOidcClient client() {
        return clients.make(SsoOidcClient.builder(), region, AnonymousCredentialsProvider.create());
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw SsmFailure.passing("interrupted");
        }
    }
}
