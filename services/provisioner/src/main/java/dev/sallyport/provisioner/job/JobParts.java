package dev.sallyport.provisioner.job;

import dev.sallyport.provisioner.aws.Instances;
import dev.sallyport.provisioner.aws.SecurityGroups;
import dev.sallyport.provisioner.roles.Roles;
import dev.sallyport.provisioner.target.ReferencedSecrets;
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
    Patience patience(InstantSource clock, JobConfig config) {
        return new Patience(clock, config.masterDeadline(), config.masterPoll());
    }

    @Produces
    @Singleton
    Network network(Instances instances, SecurityGroups groups, Patience patience) {
        return new Network(instances, groups, patience);
    }

    @Produces
    @Singleton
    MasterCredentials master(
            Instances instances,
            SecretStore secrets,
            ReferencedSecrets referenced,
            Targets targets,
            Patience patience) {
        return new MasterCredentials(instances, secrets, referenced, targets, patience);
    }
}
