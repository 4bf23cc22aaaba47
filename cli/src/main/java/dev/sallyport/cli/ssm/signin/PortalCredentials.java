package dev.sallyport.cli.ssm.signin;

import dev.sallyport.cli.ssm.AwsClients;
import dev.sallyport.cli.ssm.FreshRole;
import dev.sallyport.cli.ssm.SsmListener;
import dev.sallyport.cli.ssm.SsmSettings;
import dev.sallyport.cli.ssm.SsmTicket;
import dev.sallyport.cli.ssm.channel.SsmFailure;
import dev.sallyport.kernel.Secret;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sso.SsoClient;
import software.amazon.awssdk.services.sso.model.RoleCredentials;
import software.amazon.awssdk.services.sso.model.SsoException;
import software.amazon.awssdk.services.sso.model.UnauthorizedException;

/**
 * Credentials of the grant's permission set: {@code GetRoleCredentials} of IAM Identity Center's portal. They are asked for again shortly before
 * they expire.
 */
final class PortalCredentials implements AwsCredentialsProvider {

    private static final Duration BEFORE_EXPIRY = Duration.ofMinutes(1);
    private static final int FORBIDDEN = 403;

    private final SsmTicket ticket;
    private final SsmSettings settings;
    private final FreshRole freshRole;
    private final PortalLogin login;
    private final String ssoRegion;
    private @Nullable AwsCredentials credentials;
    private Instant until = Instant.EPOCH;

    PortalCredentials(SsmTicket ticket, SsmSettings settings, SsmListener listener, TokenCache cache) {
        URI startUrl = ticket.startUrl().orElseThrow(PortalCredentials::noPortal);
        this.ticket = ticket;
        this.settings = settings;
        this.freshRole = new FreshRole(settings.freshRole(), listener);
        this.ssoRegion = ticket.ssoRegion().orElse(ticket.region());
        this.login = new PortalLogin(startUrl, ssoRegion, settings, listener, cache);
    }

    private static SsmFailure noPortal() {
        return SsmFailure.lasting("the grant's proxy names no portal of IAM Identity Center to sign in to;"
                + " name a profile of yours with --aws-profile");
    }

    @Override
    public synchronized AwsCredentials resolveCredentials() {
        AwsCredentials known = credentials;
        if (known != null && Instant.now().plus(BEFORE_EXPIRY).isBefore(until)) {
            return known;
        }
        RoleCredentials fresh = fetch();
        AwsCredentials now =
                AwsSessionCredentials.create(fresh.accessKeyId(), fresh.secretAccessKey(), fresh.sessionToken());
        until = Instant.ofEpochMilli(fresh.expiration());
        credentials = now;
        return now;
    }

    private RoleCredentials fetch() {
        try (SsoClient portal =
                new AwsClients(settings).make(SsoClient.builder(), ssoRegion, AnonymousCredentialsProvider.create())) {
            try {
                return fetch(portal, login.token());
            } catch (UnauthorizedException e) {
                // Signed out elsewhere; the token does not show that.
                return fetch(portal, login.fresh());
            }
        } catch (SsoException e) {
            throw failure(e);
        } catch (SdkException e) {
            throw SsmFailure.passing("the portal of IAM Identity Center in " + ssoRegion + " cannot be reached ("
                    + e.getClass().getSimpleName() + ")");
        }
    }

    private RoleCredentials fetch(SsoClient portal, Secret token) {
        return freshRole.patiently(
                PortalCredentials::forbidden,
                () -> portal.getRoleCredentials(request -> request.accountId(ticket.accountId())
                                .roleName(ticket.roleName())
                                .accessToken(token.reveal()))
                        .roleCredentials());
    }

    private static boolean forbidden(SdkException e) {
        return e instanceof SsoException sso && sso.statusCode() == FORBIDDEN;
    }

    private SsmFailure failure(SsoException e) {
        if (forbidden(e)) {
            return SsmFailure.lasting("IAM Identity Center does not give you the role " + ticket.roleName()
                    + " in account " + ticket.accountId()
                    + ": is the grant active, and did you sign in to AWS as the person it is for?");
        }
        return e.statusCode() >= 500 || e.isThrottlingException()
                ? SsmFailure.passing("the portal of IAM Identity Center failed (" + e.statusCode() + ")")
                : SsmFailure.lasting("the portal of IAM Identity Center refused: "
                        + (e.awsErrorDetails() == null
                                ? e.statusCode()
                                : e.awsErrorDetails().errorMessage()));
    }
}
