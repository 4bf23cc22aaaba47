package dev.sallyport.api.integrations;

import dev.sallyport.aws.AwsException;
import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.RdsArn;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.Tag;

/** Looks one RDS instance up. */
@ApplicationScoped
public class InstanceLookup {

    private final AwsIntegration integration;

    InstanceLookup(AwsIntegration integration) {
        this.integration = integration;
    }

    /**
     * An instance as AWS describes it now.
     *
     * @param engine as RDS names it, for instance {@code aurora-postgresql}
     */
    public record Instance(RdsArn arn, String engine, Optional<Endpoint> endpoint, Map<String, String> tags) {

        /** Empty for an engine that we do not know. */
        public Optional<Engine> knownEngine() {
            return Engine.ofRds(engine);
        }
    }

    public record Endpoint(String host, int port) {}

    /**
     * Blocks.
     *
     * @throws AwsException when AWS cannot be asked; an instance that is not there is an empty answer
     */
    public Optional<Instance> find(String accountId, String region, String identifier) {
        return AwsException.ifThere(() -> integration
                        .access()
                        .calling(
                                accountId,
                                region,
                                "rds:DescribeDBInstances",
                                clients -> clients.rds()
                                        .describeDBInstances(request -> request.dbInstanceIdentifier(identifier))
                                        .dbInstances()))
                .flatMap(found -> found.stream().findFirst())
                .map(InstanceLookup::instance);
    }

    private static Instance instance(DBInstance found) {
        return new Instance(
                RdsArn.parse(found.dbInstanceArn()),
                String.valueOf(found.engine()),
                Optional.ofNullable(found.endpoint()).map(one -> new Endpoint(one.address(), one.port())),
                found.tagList().stream().collect(Collectors.toMap(Tag::key, Tag::value, (first, second) -> second)));
    }
}
