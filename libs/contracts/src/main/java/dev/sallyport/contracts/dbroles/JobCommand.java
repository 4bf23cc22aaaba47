package dev.sallyport.contracts.dbroles;

import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.JobId;
import dev.sallyport.kernel.RdsArn;

/** A command that begins a job. */
public sealed interface JobCommand permits ProvisionRequested, DeprovisionRequested {

    JobId jobId();

    AgentId agentId();

    RdsArn instanceArn();

    /** Whether nothing is to be changed: the job ends with a plan. */
    boolean dryRun();
}
