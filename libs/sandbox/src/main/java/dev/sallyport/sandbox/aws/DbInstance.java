package dev.sallyport.sandbox.aws;

import dev.sallyport.kernel.RdsArn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An RDS instance. Its fields change while it is modified; the {@link Cloud} guards them. */
public final class DbInstance {

    /** What stands behind the instance: the real database. */
    public interface Database {

        /** Sets the password of the master user, as the service's own superuser does. */
        void setMasterPassword(String masterUser, String password);
    }

    final RdsArn arn;
    final String engine;
    final String engineVersion;
    final String host;
    final int port;
    final String masterUser;
    final String dbName;
    final String vpcId;
    final Map<String, String> tags;
    final Database database;
    final List<String> securityGroups = new ArrayList<>();
    String status = "available";

    @Nullable String pendingPassword;

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
        this.arn = arn;
        this.engine = engine;
        this.engineVersion = engineVersion;
        this.host = host;
        this.port = port;
        this.masterUser = masterUser;
        this.dbName = dbName;
        this.vpcId = "vpc-" + arn.accountId();
        this.tags = tags;
        this.database = database;
        this.securityGroups.add("sg-" + arn.accountId() + "default");
    }

    public RdsArn arn() {
        return arn;
    }
}
