package dev.sallyport.cli.ssm.signin;

import dev.sallyport.cli.ssm.SsmListener;
import dev.sallyport.cli.ssm.SsmSettings;
import dev.sallyport.cli.ssm.SsmTicket;
import dev.sallyport.cli.ssm.channel.SsmFailure;
import java.nio.file.Path;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;

/** How one comes by AWS credentials for a grant. */
@FunctionalInterface
public interface AwsSignIn {

    /** @throws SsmFailure when there is no way to them */
    AwsCredentialsProvider credentials(SsmTicket ticket, SsmSettings settings, SsmListener listener);

    /** The grant's permission set, through the portal that the ticket names; the sign-in is shared with the AWS CLI. */
    static AwsSignIn identityCenter() {
        return identityCenter(TokenCache.ofTheAwsCli());
    }

    /** The same with sign-ins kept in another folder. */
    static AwsSignIn identityCenter(Path cache) {
        return identityCenter(new TokenCache(cache));
    }

    private static AwsSignIn identityCenter(TokenCache cache) {
        return (ticket, settings, listener) -> new PortalCredentials(ticket, settings, listener, cache);
    }

    /** A profile of {@code ~/.aws/config}, whatever it stands for. */
    static AwsSignIn profile(String name) {
        return (ticket, settings, listener) -> ProfileCredentialsProvider.create(name);
    }

    /** What the machine has: environment, default profile, its role. */
    static AwsSignIn ambient() {
        return (ticket, settings, listener) ->
                DefaultCredentialsProvider.builder().build();
    }

    /** The portal when the ticket names one, else what the machine has. */
    static AwsSignIn asTheTicketSays() {
        return (ticket, settings, listener) ->
                (ticket.startUrl().isPresent() ? identityCenter() : ambient()).credentials(ticket, settings, listener);
    }
}
