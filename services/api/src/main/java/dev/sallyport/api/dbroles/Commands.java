package dev.sallyport.api.dbroles;

import dev.sallyport.contracts.dbroles.DeprovisionRequested;
import dev.sallyport.contracts.dbroles.JobCommand;
import dev.sallyport.contracts.dbroles.ProvisionRequested;
import dev.sallyport.kernel.JobId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is ordered, as provisioners are told it. */
final class Commands {

    /** Who orders, as which job, and when. */
    record Ordering(JobId jobId, String requestedBy, Instant at) {}

    /** @param gateway our host name, for the security group's tag */
    static ProvisionRequested of(JobOrder order, Ordering by, String orgId, String gateway) {
        return new ProvisionRequested(
                by.jobId(),
                orgId,
                order.agentId(),
                order.prefix(),
                order.steps(),
                order.vaultSecretId().map(ProvisionRequested.VaultProvider::new).orElse(null),
                order.instance(),
                order.ingressCidr()
                        .map(cidr -> new ProvisionRequested.Network(cidr.text(), gateway))
                        .orElse(null),
                order.master().orElse(null),
                order.dryRun(),
                order.planHash().orElse(null),
                by.requestedBy(),
                by.at());
    }

    /** The same order again, as another job. */
    static JobCommand again(JobCommand command, Ordering by) {
        return switch (command) {
            case ProvisionRequested provision -> again(provision, provision.dryRun(), provision.planHash(), by);
            case DeprovisionRequested deprovision ->
                new DeprovisionRequested(
                        by.jobId(),
                        deprovision.orgId(),
                        deprovision.agentId(),
                        deprovision.instanceArn(),
                        deprovision.secrets(),
                        deprovision.master(),
                        deprovision.dryRun(),
                        by.requestedBy(),
                        by.at());
        };
    }

    /** What the same order would change now. */
    static ProvisionRequested plan(ProvisionRequested command, Ordering by) {
        return again(command, true, null, by);
    }

    /** Whether both order the same, whoever did it and when. */
    static boolean same(JobCommand one, JobCommand other) {
        return one.getClass() == other.getClass()
                && again(one, new Ordering(other.jobId(), "", Instant.EPOCH))
                        .equals(again(other, new Ordering(other.jobId(), "", Instant.EPOCH)));
    }

    private static ProvisionRequested again(
            ProvisionRequested command, boolean dryRun, @Nullable String planHash, Ordering by) {
        return new ProvisionRequested(
                by.jobId(),
                command.orgId(),
                command.agentId(),
                command.connectionPrefixName(),
                command.jobSteps(),
                command.vaultProvider(),
                command.instanceArn(),
                command.network(),
                command.master(),
                dryRun,
                planHash,
                by.requestedBy(),
                by.at());
    }

    private Commands() {}
}
