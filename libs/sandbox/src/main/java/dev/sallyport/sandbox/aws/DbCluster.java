package dev.sallyport.sandbox.aws;

import dev.sallyport.kernel.RdsArn;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An Aurora or Multi-AZ cluster: its members have no master, password or security groups of their own. */
public final class DbCluster extends DbResource {

    final String identifier;
    final String partition;
    final String readerHost;

    @Nullable String replicaOf;

    /**
     * @param anyMember whose account and region it is in
     * @param engine as RDS names it, for instance {@code aurora-postgresql}
     * @param host the writer endpoint
     * @param readerHost the reader endpoint
     */
    public DbCluster(
            RdsArn anyMember,
            String identifier,
            String engine,
            String engineVersion,
            String host,
            String readerHost,
            int port,
            String masterUser,
            String dbName,
            Map<String, String> tags,
            DbInstance.Database database) {
        super(
                anyMember.accountId(),
                anyMember.region(),
                engine,
                engineVersion,
                host,
                port,
                masterUser,
                dbName,
                tags,
                database);
        this.partition = anyMember.partition();
        this.identifier = identifier;
        this.readerHost = readerHost;
    }

    /** A replica of another cluster or instance. */
    public DbCluster replicaOf(String sourceArn) {
        replicaOf = sourceArn;
        return this;
    }

    /** {@code available}, {@code stopped}, {@code creating}, … */
    public DbCluster status(String now) {
        status = now;
        return this;
    }

    /** The switch of IAM database authentication. */
    public DbCluster iamAuthentication(boolean on) {
        iamAuthentication = on;
        return this;
    }

    /** {@code arn:…:cluster:…}. */
    public String arn() {
        return "arn:" + partition + ":rds:" + region + ":" + accountId + ":cluster:" + identifier;
    }

    @Override
    boolean answersAt(String address) {
        return super.answersAt(address) || address.equals(readerHost + ":" + port);
    }

    @Override
    String name() {
        return arn();
    }

    @Override
    String secretPrefix() {
        return "rds!cluster-";
    }

    /** An instance of this cluster, to be added beside it. */
    public DbInstance member(String instance, boolean writer) {
        RdsArn arn = new RdsArn(partition, region, accountId, instance);
        return new DbInstance(arn, engine, engineVersion, host, port, masterUser, dbName, tags, database)
                .memberOf(this, writer);
    }
}
