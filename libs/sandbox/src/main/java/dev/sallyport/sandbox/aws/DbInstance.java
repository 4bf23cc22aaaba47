package dev.sallyport.sandbox.aws;

import dev.sallyport.kernel.RdsArn;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An RDS instance. Its fields change while it is modified; the {@link Cloud} guards them. */
public final class DbInstance extends DbResource {

    /** What stands behind the instance: the real database. */
    @FunctionalInterface
    public interface Database {

        /** Sets the password of the master user, as the service's own superuser does. */
        void setMasterPassword(String masterUser, String password);
    }

    final RdsArn arn;
    boolean subnetGroup = true;
    boolean writer;

    @Nullable DbCluster cluster;

    @Nullable String replicaOf;

    /**
     * @param engine as RDS names it, for instance {@code postgres}
     * @param dbName the initial database; empty when there is none
     */
    public DbInstance(
            RdsArn arn,
            String engine,
            String engineVersion,
            String host,
            int port,
            String masterUser,
            String dbName,
            Map<String, String> tags,
            Database database) {
        super(arn.accountId(), arn.region(), engine, engineVersion, host, port, masterUser, dbName, tags, database);
        this.arn = arn;
    }

    DbInstance memberOf(DbCluster whole, boolean writes) {
        cluster = whole;
        writer = writes;
        return this;
    }

    /** A read replica of another instance. */
    public DbInstance replicaOf(String identifier) {
        replicaOf = identifier;
        return this;
    }

    /** {@code available}, {@code creating}, {@code stopping}, {@code stopped}, … */
    public DbInstance status(String now) {
        status = now;
        return this;
    }

    /** As while it is being created. */
    public DbInstance withoutEndpoint() {
        endpointKnown = false;
        return this;
    }

    /** As one that is shown without its subnet group. */
    public DbInstance withoutSubnetGroup() {
        subnetGroup = false;
        return this;
    }

    /** The switch of IAM database authentication. */
    public DbInstance iamAuthentication(boolean on) {
        iamAuthentication = on;
        return this;
    }

    public RdsArn arn() {
        return arn;
    }

    @Override
    String name() {
        return arn.toString();
    }

    @Override
    String secretPrefix() {
        return "rds!db-";
    }

    /** Who has its master, password and security groups: its cluster, or itself. */
    DbResource owner() {
        DbCluster whole = cluster;
        return whole == null ? this : whole;
    }
}
