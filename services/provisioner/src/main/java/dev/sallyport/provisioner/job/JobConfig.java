package dev.sallyport.provisioner.job;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How jobs are run. */
@ConfigMapping(prefix = "sallyport.jobs")
interface JobConfig {

    /** Jobs at once. Each holds one connection of the JDBC pool. */
    @WithDefault("8")
    int parallel();

    /** Databases of one instance at once. */
    @WithDefault("4")
    int parallelDatabases();

    /** How long at most until an unfinished job of a process that died is taken up. */
    @WithDefault("2s")
    Duration pollInterval();

    /** Attempts of one step, from 1. */
    @WithDefault("6")
    int attempts();

    @WithDefault("1s")
    Duration firstPause();

    @WithDefault("30s")
    Duration longestPause();

    /** How long a changed master password may take to be accepted, within one attempt. */
    @WithDefault("5m")
    Duration masterDeadline();

    /** Between two looks at an instance that is being changed. */
    @WithDefault("2s")
    Duration masterPoll();

    /** The roles are named {@code <prefix>_ro} and so on; the security group {@code <prefix>-aws-connect-sg-<instance>}. */
    @WithDefault("hoop")
    String rolePrefix();

    /** Whether a security group may let everybody in: {@code 0.0.0.0/0}, {@code ::/0}. */
    @WithDefault("false")
    boolean openIngressAllowed();

    /**
     * Whether the preflight asks IAM what the agent may do. Policies that are bound to resources or tags look like denials
     * there.
     */
    @WithDefault("true")
    boolean checkPermissions();
}
