package dev.sallyport.aws;

import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * AWS as one identity sees it: clients for its own account, and through {@code sts:AssumeRole} for others. Safe for many
 * threads; every call blocks and may throw {@link AwsException}.
 */
public final class AwsAccess implements AutoCloseable {

    /** Accounts times regions. Organisations seldom have thousands; past this something asks for accounts at random. */
    static final int MAX_ACCOUNTS = 5_000;

    /** Who we are, as {@code sts:GetCallerIdentity} says. */
    public record Identity(String accountId, String arn, String userId) {}

    /** The clients of one account in one region. */
    private record Place(String accountId, String region) {}

    private final AwsSettings settings;
    private final AwsIdentitySource source;
    private final Transport transport;
    private final boolean ownsTransport;
    private final AwsCredentialsProvider own;
    private final AwsClients home;
    private final Map<String, StsAssumeRoleCredentialsProvider> assumed = new ConcurrentHashMap<>();
    private final Map<Place, AwsClients> clients = new ConcurrentHashMap<>();
    private volatile @Nullable Identity identity;

    /**
     * @throws AwsException of kind {@code NOT_CONFIGURED} for the instance role where the settings do not allow it, and for a
     *     region of another partition
     */
    public AwsAccess(AwsSettings settings, AwsIdentitySource source) {
        this(settings, source, new Transport(settings), true);
    }

    AwsAccess(AwsSettings settings, AwsIdentitySource source, Transport transport, boolean ownsTransport) {
        this.settings = settings;
        this.source = source;
        this.transport = transport;
        this.ownsTransport = ownsTransport;
        checkPartition(settings, source.region(), AwsException.Kind.NOT_CONFIGURED);
        own = credentials(settings, source);
        home = new AwsClients(settings, transport, own, source.region());
    }

    /** Our own account, in the region that we were given. */
    public AwsClients home() {
        return home;
    }

    /** Another account, or our own, in the region that we were given. */
    public AwsClients account(String accountId) {
        return account(accountId, source.region());
    }

    /**
     * @throws IllegalArgumentException when the account or the region has another form
     * @throws AwsException of kind {@code INVALID} for a region of another partition
     */
    public AwsClients account(String accountId, String region) {
        AwsSettings.checkAccount(accountId);
        AwsSettings.checkRegion(region);
        checkPartition(settings, region, AwsException.Kind.INVALID);
        Place place = new Place(accountId, region);
        AwsClients known = clients.get(place);
        if (known != null) {
            return known;
        }
        if (clients.size() >= MAX_ACCOUNTS) {
            throw new AwsException(
                    AwsException.Kind.INVALID,
                    "sts:AssumeRole",
                    "",
                    "more than " + MAX_ACCOUNTS + " accounts and regions are in use");
        }
        boolean ours = identity().accountId().equals(accountId);
        return clients.computeIfAbsent(
                place, absent -> new AwsClients(settings, transport, ours ? own : assumedRole(accountId), region));
    }

    /**
     * Calls in an account and region. A session there that AWS takes for too old, though by its own end it is not, is
     * replaced once.
     */
    public <T> T calling(String accountId, String region, String operation, Function<AwsClients, T> call) {
        try {
            return AwsException.calling(operation, () -> call.apply(account(accountId, region)));
        } catch (AwsException e) {
            if (e.kind() != AwsException.Kind.EXPIRED || !leave(accountId)) {
                throw e;
            }
            return AwsException.calling(operation, () -> call.apply(account(accountId, region)));
        }
    }

    /** Forgets the session in an account; false when there is none, as in our own. Calls under way end as they would have. */
    private boolean leave(String accountId) {
        clients.keySet().removeIf(place -> place.accountId().equals(accountId));
        return assumed.remove(accountId) != null;
    }

    /** The account and region of an instance. */
    public AwsClients of(RdsArn instance) {
        return account(instance.accountId(), instance.region());
    }

    /** Who we are; asked once. */
    public Identity identity() {
        Identity known = identity;
        return known == null ? askIdentity() : known;
    }

    /** Who we are, asked now: an access key may have been withdrawn since. */
    public Identity askIdentity() {
        GetCallerIdentityResponse answer =
                AwsException.calling("sts:GetCallerIdentity", () -> home.sts().getCallerIdentity());
        Identity now = new Identity(answer.account(), answer.arn(), answer.userId());
        identity = now;
        return now;
    }

    /** The role that we take on in another account. */
    public String roleArn(String accountId) {
        return settings.roleArn(accountId);
    }

    /** @throws IllegalArgumentException when {@code region} is none, or is in another partition than ours */
    public String checkRegion(String region) {
        return settings.checkOurRegion(region);
    }

    /** The region that calls go to when none is named. */
    public String region() {
        return source.region();
    }

    private StsAssumeRoleCredentialsProvider assumedRole(String accountId) {
        return assumed.computeIfAbsent(
                accountId,
                account -> StsAssumeRoleCredentialsProvider.builder()
                        .stsClient(home.sts())
                        .refreshRequest(request -> {
                            request.roleArn(settings.roleArn(account)).roleSessionName(settings.sessionName());
                            settings.externalId().ifPresent(request::externalId);
                        })
                        .build());
    }

    private static void checkPartition(AwsSettings settings, String region, AwsException.Kind kind) {
        try {
            settings.checkOurRegion(region);
        } catch (IllegalArgumentException e) {
            throw new AwsException(kind, "sts:GetCallerIdentity", "", String.valueOf(e.getMessage()));
        }
    }

    private static AwsCredentialsProvider credentials(AwsSettings settings, AwsIdentitySource source) {
        return switch (source) {
            case AwsIdentitySource.StaticKeys keys -> StaticCredentialsProvider.create(sdkCredentials(keys));
            case AwsIdentitySource.InstanceRole role -> {
                if (!settings.instanceRoleAllowed()) {
                    throw new AwsException(
                            AwsException.Kind.NOT_CONFIGURED,
                            "sts:GetCallerIdentity",
                            "",
                            "the instance role may not be used; set INTEGRATION_AWS_INSTANCE_ROLE_ALLOW=true or store access keys");
                }
                yield DefaultCredentialsProvider.builder().build();
            }
        };
    }

    private static software.amazon.awssdk.auth.credentials.AwsCredentials sdkCredentials(
            AwsIdentitySource.StaticKeys keys) {
        Secret token = keys.sessionToken();
        String key = keys.secretAccessKey().reveal();
        return token == null
                ? AwsBasicCredentials.create(keys.accessKeyId(), key)
                : AwsSessionCredentials.create(keys.accessKeyId(), key, token.reveal());
    }

    @Override
    public void close() {
        clients.values().forEach(AwsClients::close);
        assumed.values().forEach(StsAssumeRoleCredentialsProvider::close);
        home.close();
        if (own instanceof SdkAutoCloseable closeable) {
            closeable.close();
        }
        if (ownsTransport) {
            transport.close();
        }
    }
}
