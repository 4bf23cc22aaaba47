package dev.sallyport.provisioner.job;

import dev.sallyport.provisioner.aws.Instances;
import dev.sallyport.provisioner.roles.Roles;
import dev.sallyport.provisioner.target.Targets;
import dev.sallyport.secrets.SecretStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/** Makes what the steps share. */
@ApplicationScoped
class JobParts {

    @Produces
    @Singleton
    Roles roles(Targets targets, SecretStore secrets, InstantSource clock, JobConfig config) {
        return new Roles(targets, secrets, clock, config.rolePrefix(), config.parallelDatabases());
    }

    @Produces
    @Singleton
    MasterCredentials master(
            Instances instances, SecretStore secrets, Targets targets, InstantSource clock, JobConfig config) {
        return new MasterCredentials(instances, secrets, targets, clock, config.masterDeadline(), config.masterPoll());
    }
}
