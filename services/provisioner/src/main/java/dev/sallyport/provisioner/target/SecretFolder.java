package dev.sallyport.provisioner.target;

import dev.sallyport.kernel.RdsArn;

/**
 * Under which ids the secrets of an instance are kept, or those of a cluster, which all its members share. No instance's
 * folder is within a cluster's or the other way round.
 */
public record SecretFolder(String path) {

    public static SecretFolder of(RdsArn instance) {
        return new SecretFolder(place(instance) + instance.identifier());
    }

    /** @param member any member of it */
    public static SecretFolder ofCluster(RdsArn member, String cluster) {
        return new SecretFolder(place(member) + "clusters/" + cluster);
    }

    private static String place(RdsArn instance) {
        return "dbroles/" + instance.accountId() + "/" + instance.region() + "/";
    }

    /** The id of a role's secret; the master's role is {@code master}. */
    public String id(String role) {
        return path + "/" + role;
    }
}
