package dev.sallyport.aws;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.identitystore.IdentitystoreClient;
import software.amazon.awssdk.services.organizations.OrganizationsClient;
import software.amazon.awssdk.services.rds.RdsClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssoadmin.SsoAdminClient;
import software.amazon.awssdk.services.sts.StsClient;

/**
 * The clients of one account in one region, each made when it is first asked for. They belong to the {@link AwsAccess} that
 * gave them out: do not close them. Their calls block and throw the SDK's exceptions: make them through
 * {@link AwsException#calling}.
 */
public final class AwsClients implements AutoCloseable {

    private final AwsSettings settings;
    private final Transport transport;
    private final AwsCredentialsProvider credentials;
    private final Region region;
    private final Map<Class<?>, SdkClient> made = new ConcurrentHashMap<>();

    AwsClients(AwsSettings settings, Transport transport, AwsCredentialsProvider credentials, String region) {
        this.settings = settings;
        this.transport = transport;
        this.credentials = credentials;
        this.region = Region.of(region);
    }

    /** Where {@link #rds()}, {@link #ec2()} and {@link #sts()} call. */
    public String region() {
        return region.id();
    }

    public RdsClient rds() {
        return client(RdsClient.class, () -> build(RdsClient.builder(), region));
    }

    public Ec2Client ec2() {
        return client(Ec2Client.class, () -> build(Ec2Client.builder(), region));
    }

    public StsClient sts() {
        return client(StsClient.class, () -> build(StsClient.builder(), region));
    }

    public SecretsManagerClient secretsManager() {
        return client(SecretsManagerClient.class, () -> build(SecretsManagerClient.builder(), region));
    }

    /** IAM Identity Center, which has one region. */
    public SsoAdminClient ssoAdmin() {
        return client(SsoAdminClient.class, () -> build(SsoAdminClient.builder(), region));
    }

    /** The users of IAM Identity Center, in its region. */
    public IdentitystoreClient identityStore() {
        return client(IdentitystoreClient.class, () -> build(IdentitystoreClient.builder(), region));
    }

    public SsmClient ssm() {
        return client(SsmClient.class, () -> build(SsmClient.builder(), region));
    }

    /** Calls the partition's one endpoint. */
    public OrganizationsClient organizations() {
        return client(OrganizationsClient.class, () -> build(OrganizationsClient.builder(), global()));
    }

    /** Calls the partition's one endpoint. */
    public IamClient iam() {
        return client(IamClient.class, () -> build(IamClient.builder(), global()));
    }

    private Region global() {
        return Region.of(settings.globalRegion());
    }

    private <C extends SdkClient> C client(Class<C> type, Supplier<C> maker) {
        return type.cast(made.computeIfAbsent(type, absent -> maker.get()));
    }

    private <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C build(B builder, Region where) {
        settings.endpointOverride().ifPresent(builder::endpointOverride);
        return builder.region(where)
                .credentialsProvider(credentials)
                .httpClient(transport.http())
                .overrideConfiguration(transport.overrides())
                .build();
    }

    @Override
    public void close() {
        made.values().forEach(SdkClient::close);
    }
}
