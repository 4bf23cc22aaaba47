package dev.sallyport.api.dbroles;

import dev.sallyport.api.connections.Connection;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobProgressed.Provisioned;
import dev.sallyport.contracts.grants.GrantTarget.SecretRef;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.ConnectionId;
import dev.sallyport.kernel.JobId;
import dev.sallyport.kernel.RdsArn;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** The connections that a job leaves behind: one per role, {@code <prefix>-ro}, {@code -rw}, {@code -ddl}. */
final class MadeConnections {

    private static final String READ_ONLY = "ro";
    private static final String PASSWORD = "PASSWORD";

    static List<Connection> of(JobRow row, Job job, Provisioned provisioned, InstantSource clock) {
        return JobProgress.made(job).stream()
                .map(role -> connection(row, job, role, provisioned, clock))
                .toList();
    }

    private static Connection connection(
            JobRow row, Job job, Job.RoleResult role, Provisioned provisioned, InstantSource clock) {
        String kind = kind(role.userRole());
        String prefix = Objects.requireNonNull(row.connectionPrefix, "a provisioning has a prefix");
        Job.CredentialsInfo credentials = role.credentialsInfo();
        return new Connection(
                ConnectionId.next(clock),
                prefix + "-" + kind,
                prefix,
                new AgentId(row.agentId),
                new JobId(row.id),
                RdsArn.parse(row.instanceArn),
                provisioned.engine(),
                role.userRole(),
                role.userRole(),
                provisioned.host(),
                provisioned.port(),
                kind.equals(READ_ONLY) ? Optional.ofNullable(provisioned.readerHost()) : Optional.empty(),
                provisioned.databases(),
                provisioned.defaultDatabase(),
                new SecretRef(credentials.secretsManagerProvider(), credentials.secretId(), PASSWORD),
                credentials.secretKeys(),
                tags(job),
                Connection.Settings.NONE,
                clock.instant());
    }

    private static Map<String, String> tags(Job job) {
        return job.spec().dbTags().stream()
                .collect(Collectors.toMap(Job.Tag::key, Job.Tag::value, (first, second) -> second));
    }

    /** What stands behind the last underscore: {@code ro} of {@code hoop_ro}. */
    private static String kind(String role) {
        return role.substring(role.lastIndexOf('_') + 1);
    }

    private MadeConnections() {}
}
