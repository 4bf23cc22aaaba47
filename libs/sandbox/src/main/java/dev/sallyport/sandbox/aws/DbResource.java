package dev.sallyport.sandbox.aws;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What has a master, an endpoint and security groups: an instance, or a cluster. The {@link Cloud} guards its fields. */
abstract sealed class DbResource permits DbInstance, DbCluster {

    /** A security group of it: {@code adding}, {@code active} or {@code removing}. */
    enum Membership {
        ADDING,
        ACTIVE,
        REMOVING
    }

    final String accountId;
    final String region;
    final String engine;
    final String engineVersion;
    final String host;
    final int port;
    final String masterUser;
    final String dbName;
    final String vpcId;
    final Map<String, String> tags;
    final DbInstance.Database database;
    final Map<String, Membership> securityGroups = new LinkedHashMap<>();
    boolean iamAuthentication;
    boolean endpointKnown = true;
    /** What it is while nothing is being changed. */
    String status = "available";
    /** What is being changed; null when nothing is. */
    @Nullable String activity;

    @Nullable String pendingPassword;
    /** Of the secret in which RDS keeps the master's password; null when it keeps none. */
    @Nullable String secretArn;

    DbResource(
            String accountId,
            String region,
            String engine,
            String engineVersion,
            String host,
            int port,
            String masterUser,
            String dbName,
            Map<String, String> tags,
            DbInstance.Database database) {
        this.accountId = accountId;
        this.region = region;
        this.engine = engine;
        this.engineVersion = engineVersion;
        this.host = host;
        this.port = port;
        this.masterUser = masterUser;
        this.dbName = dbName;
        this.vpcId = "vpc-" + accountId;
        this.tags = tags;
        this.database = database;
        this.securityGroups.put(defaultGroup(accountId), Membership.ACTIVE);
    }

    static String defaultGroup(String accountId) {
        return "sg-" + accountId + "default";
    }

    /** Its ARN. */
    abstract String name();

    /** How RDS names the secret of its master before the random part: {@code rds!db-…} or {@code rds!cluster-…}. */
    abstract String secretPrefix();

    /** Whether {@code <host>:<port>} is an endpoint of it. */
    boolean answersAt(String address) {
        return address.equals(host + ":" + port);
    }

    String shownStatus() {
        String now = activity;
        return now == null ? status : now;
    }

    boolean available() {
        return shownStatus().equals("available");
    }

    /** Those that stay. */
    List<String> attached() {
        return securityGroups.entrySet().stream()
                .filter(group -> group.getValue() != Membership.REMOVING)
                .map(Map.Entry::getKey)
                .toList();
    }
}
