package dev.sallyport.provisioner.job;

import dev.sallyport.aws.AwsException;
import dev.sallyport.contracts.dbroles.DeprovisionRequested;
import dev.sallyport.contracts.dbroles.JobCommand;
import dev.sallyport.contracts.dbroles.ProvisionRequested;
import dev.sallyport.provisioner.target.TargetException;
import dev.sallyport.secrets.SecretStoreException;
import jakarta.enterprise.context.ApplicationScoped;

/** The steps as they are done for real. What the world refuses becomes a {@link StepFailure}, passing or for good. */
@ApplicationScoped
class AllSteps implements Steps {

    private final ProvisioningSteps provisioning;

    AllSteps(ProvisioningSteps provisioning) {
        this.provisioning = provisioning;
    }

    @Override
    public StepReport run(Step step, JobCommand command) {
        try {
            return switch (command) {
                case ProvisionRequested provision -> provision(step, provision);
                case DeprovisionRequested deprovision -> deprovision(step, deprovision);
            };
        } catch (AwsException e) {
            // A state in which the instance cannot be changed passes.
            boolean passing = e.transientFailure() || e.kind() == AwsException.Kind.CONFLICT;
            throw new StepFailure(String.valueOf(e.getMessage()), passing);
        } catch (SecretStoreException e) {
            throw new StepFailure(String.valueOf(e.getMessage()), e.transientFailure());
        } catch (TargetException e) {
            throw new StepFailure(String.valueOf(e.getMessage()), e.kind() == TargetException.Kind.TRANSIENT);
        }
    }

    private StepReport provision(Step step, ProvisionRequested command) {
        return switch (step) {
            case PREFLIGHT -> provisioning.preflight(command);
            case NETWORK -> provisioning.network(command);
            case MASTER -> provisioning.master(command);
            case ROLES -> provisioning.roles(command);
            case PLAN, REMOVE_ROLES, REMOVE_NETWORK, REMOVE_SECRETS -> throw foreign(step, command);
        };
    }

    private StepReport deprovision(Step step, DeprovisionRequested command) {
        throw StepFailure.forGood("taking roles out is not supported yet");
    }

    private static IllegalStateException foreign(Step step, JobCommand command) {
        return new IllegalStateException(
                step.label() + " is no step of " + JobKind.of(command).name());
    }
}
