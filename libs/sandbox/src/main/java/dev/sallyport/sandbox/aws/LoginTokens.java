package dev.sallyport.sandbox.aws;

import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides on tokens of IAM database authentication as RDS does: one token, one endpoint, one database user, 15 minutes, and
 * signed by somebody in the database's account who may {@code rds-db:connect}.
 */
public final class LoginTokens {

    private static final Duration LONGEST = Duration.ofMinutes(15);
    /** How far our clock may be behind the signer's. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    private static final String ACTION = "rds-db:connect";

    private final Cloud cloud;

    LoginTokens(Cloud cloud) {
        this.cloud = cloud;
    }

    /**
     * Why a token is not taken; empty when it is. Nothing of the token is in the reason. RDS tells it to the log of the instance
     * only, never to the client.
     *
     * @param user whom the client wants to log in as
     */
    public Optional<String> refusal(RdsArn instance, String user, String token, Instant now) {
        DbResource database = cloud.known(instance).owner();
        if (!database.iamAuthentication) {
            return Optional.of("IAM database authentication is off");
        }
        try {
            return refusal(database, user, LoginToken.parse(token), now);
        } catch (IllegalArgumentException e) {
            return Optional.of("the password is no token: " + e.getMessage());
        }
    }

    private Optional<String> refusal(DbResource database, String user, LoginToken token, Instant now) {
        return misdirected(database, user, token).or(() -> late(token, now)).or(() -> unsigned(database, token, now));
    }

    private static Optional<String> misdirected(DbResource database, String user, LoginToken token) {
        SignatureV4 signature = token.signature();
        if (!token.parameter("Action").equals("connect") || !signature.service().equals("rds-db")) {
            return Optional.of("the token is not for a login");
        }
        if (!database.answersAt(token.address())) {
            return Optional.of("the token is for " + token.address());
        }
        if (!token.parameter("DBUser").equals(user)) {
            return Optional.of("the token is for the user " + token.parameter("DBUser"));
        }
        return signature.region().equals(database.region)
                ? Optional.empty()
                : Optional.of("the token is for the region " + signature.region());
    }

    private static Optional<String> late(LoginToken token, Instant now) {
        Instant from = token.signedAt();
        if (token.life().isNegative() || token.life().compareTo(LONGEST) > 0) {
            return Optional.of("the token lasts longer than 15 minutes");
        }
        if (now.isBefore(from.minus(SKEW))) {
            return Optional.of("the token is not valid yet");
        }
        return now.isBefore(from.plus(token.life())) ? Optional.empty() : Optional.of("the token has expired");
    }

    private Optional<String> unsigned(DbResource database, LoginToken token, Instant now) {
        Optional<Credential> known =
                cloud.identities().credential(token.signature().accessKeyId());
        if (known.isEmpty()) {
            return Optional.of("the token's access key is not known");
        }
        Credential signer = known.get();
        @Nullable Secret session = signer.sessionToken();
        if (!token.parameter("X-Amz-Security-Token").equals(session == null ? "" : session.reveal())
                || !token.signature()
                        .date()
                        .equals(token.parameter("X-Amz-Date").substring(0, 8))
                || !token.signedWith(signer.secretAccessKey().reveal())) {
            return Optional.of("the token's signature is wrong");
        }
        @Nullable Instant end = signer.expiresAt();
        if (end != null && !now.isBefore(end)) {
            return Optional.of("the credentials that signed the token have expired");
        }
        boolean allowed = signer.accountId().equals(database.accountId)
                && !cloud.identities().isSuspended(signer.accountId())
                && cloud.faults().denial(ACTION, signer.accountId()).isEmpty();
        return allowed ? Optional.empty() : Optional.of(signer.arn() + " may not " + ACTION);
    }
}
