package dev.sallyport.provisioner.job;

import dev.sallyport.aws.AwsIdentitySource;
import dev.sallyport.aws.AwsSettings;
import dev.sallyport.aws.StoredAwsAccess;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import dev.sallyport.provisioner.MemorySecrets;
import dev.sallyport.provisioner.aws.AwsInstances;
import dev.sallyport.provisioner.aws.AwsReferencedSecrets;
import dev.sallyport.provisioner.aws.Instance;
import dev.sallyport.provisioner.aws.SecurityGroups;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Targets;
import dev.sallyport.sandbox.aws.Account;
import dev.sallyport.sandbox.aws.AwsStandIn;
import dev.sallyport.sandbox.aws.Cloud;
import dev.sallyport.sandbox.aws.DbCluster;
import dev.sallyport.sandbox.aws.DbInstance;
import dev.sallyport.sandbox.postgres.PostgresServer;
import dev.sallyport.sandbox.rds.RdsPostgres;
import dev.sallyport.sandbox.tls.LocalAuthority;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An account with an instance {@code single} and a cluster {@code shop} of two members, all of them one real PostgreSQL. */
final class OneAccount implements AutoCloseable {

    static final String ACCOUNT = "111111111111";
    static final String SECRET_KEY = "canary-secret-access-key";
    static final String DEFAULT_GROUP = "sg-" + ACCOUNT + "default";
    static final RdsArn SINGLE = arn("single");
    static final RdsArn WRITER = arn("shop-1");
    static final RdsArn READER = arn("shop-2");

    /** For tokens of IAM; to be added as {@code instance("tokens")}. */
    static final RdsArn TOKENS = arn("tokens");

    final RdsPostgres rds;
    /** Behind {@link #rds}. */
    final PostgresServer server;
    /** How far the clock of the database's machine is ahead. */
    volatile Duration clockAhead = Duration.ZERO;

    final AwsStandIn aws;
    final StoredAwsAccess access;
    final Targets targets;
    final MemorySecrets secrets = new MemorySecrets();
    final SecurityGroups groups;
    final AwsInstances instances;
    final AwsReferencedSecrets referenced;

    OneAccount(Path folder) {
        LocalAuthority authority = LocalAuthority.in(folder.resolve("tls"));
        Cloud cloud = new Cloud(folder.resolve("cloud"), new Account(ACCOUNT, "one", "one@example.com"), List.of());
        cloud.addAccessKey("AKIAEXAMPLEEXAMPLE01", Secret.of(SECRET_KEY), "sallyport");
        rds = RdsPostgres.forTests(
                folder.resolve("pg"),
                authority,
                (user, token) -> cloud.loginTokens()
                        .refusal(TOKENS, user, token, Instant.now().plus(clockAhead)));
        server = rds.server();
        server.execute("postgres", "CREATE ROLE master LOGIN CREATEROLE", "CREATE DATABASE shop OWNER master");
        cloud.modificationTime(Duration.ofMillis(200));
        cloud.addInstance(instance("single"));
        DbCluster cluster = new DbCluster(
                WRITER,
                "shop",
                "aurora-postgresql",
                "16.4",
                "localhost",
                "reader.localhost",
                rds.port(),
                "master",
                "shop",
                Map.of(),
                this::setPassword);
        cloud.addCluster(cluster);
        cloud.addInstance(cluster.member("shop-1", true));
        cloud.addInstance(cluster.member("shop-2", false));
        aws = new AwsStandIn(0, cloud);
        Map<String, Secret> keys = new AwsIdentitySource.StaticKeys(
                        "AKIAEXAMPLEEXAMPLE01", Secret.of(SECRET_KEY), null, "us-west-2")
                .toEntries();
        access = new StoredAwsAccess(AwsSettings.defaults().at(URI.create(aws.endpoint())), () -> Optional.of(keys));
        targets = new Targets(Optional.of(authority.certificateFile()));
        groups = new SecurityGroups(access);
        instances = new AwsInstances(access, groups);
        referenced = new AwsReferencedSecrets(access);
    }

    static RdsArn arn(String identifier) {
        return RdsArn.parse("arn:aws:rds:us-west-2:" + ACCOUNT + ":db:" + identifier);
    }

    /** To be added to the cloud by who wants another. */
    DbInstance instance(String identifier) {
        return new DbInstance(
                arn(identifier),
                "postgres",
                "18.1",
                "localhost",
                rds.port(),
                "master",
                "shop",
                Map.of(),
                this::setPassword);
    }

    private void setPassword(String user, String password) {
        server.execute("postgres", "ALTER ROLE " + user + " PASSWORD '" + password + "'");
    }

    Cloud cloud() {
        return aws.cloud();
    }

    Instance describe(RdsArn arn) {
        return instances.describe(arn);
    }

    Endpoint endpoint() {
        return new Endpoint(Engine.POSTGRES, "localhost", rds.port(), "shop");
    }

    static Patience patience(Duration deadline) {
        return new Patience(InstantSource.system(), deadline, Duration.ofMillis(20));
    }

    MasterCredentials master(Duration deadline) {
        return new MasterCredentials(instances, secrets, referenced, targets, patience(deadline));
    }

    Network network() {
        return new Network(instances, groups, patience(Duration.ofSeconds(20)));
    }

    @Override
    public void close() {
        access.close();
        aws.close();
        rds.close();
    }
}
