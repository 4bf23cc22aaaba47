package dev.sallyport.cli.dbroles;

import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.kernel.RdsArn;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What is to be made, and where. */
final class OrderOptions {

    @Parameters(
            arity = "1..*",
            paramLabel = "INSTANCE",
            description = "its ARN, or its identifier when discovery finds exactly one of that name")
    private List<String> instances = List.of();

    @Option(
            names = "--prefix",
            paramLabel = "NAME",
            description =
                    "what the connections' names begin with (default: the instance's identifier; with several instances that"
                            + " is put behind NAME)")
    private @Nullable String prefix;

    @Option(
            names = "--network-cidr",
            paramLabel = "CIDR",
            description = "let this network in through a security group of its own, for instance 10.0.0.0/16")
    private @Nullable String networkCidr;

    @Option(
            names = "--vault",
            paramLabel = "PATH",
            description = "keep the roles' secrets in Vault below this path, for instance dbsecrets/data/")
    private @Nullable String vault;

    @Option(
            names = "--master",
            paramLabel = "SOURCE",
            description = {
                "where the master's credentials come from: stored, rds-managed, iam, reset,",
                "vault:ID or aws-secrets-manager:ID (default: stored, else rds-managed, else reset)"
            })
    private @Nullable String master;

    @Option(
            names = "--agent",
            paramLabel = "AGENT",
            description = "name or id of the agent that does it (default: the only one)")
    private @Nullable String agent;

    @Option(names = "--wait-for-agent", description = "when the agent is away, let the job wait for it")
    private boolean waitForAgent;

    @Option(names = "--no-webhook", description = "tell no webhook of the end")
    private boolean noWebhook;

    /** The ARNs of the instances. */
    List<RdsArn> instances(JobApi jobs) {
        return new FoundInstances(jobs.api()).named(instances);
    }

    int count() {
        return instances.size();
    }

    /** The body of {@code POST /api/dbroles/jobs}. */
    Map<String, Object> body(RdsArn instance, String agentId) {
        Map<String, Object> aws = new LinkedHashMap<>();
        aws.put("instance_arn", instance.toString());
        if (networkCidr != null) {
            aws.put("default_security_group", Map.of("ingress_cidr", networkCidr));
        }
        if (master != null) {
            aws.put("master", master(master));
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("agent_id", agentId);
        body.put("connection_prefix_name", prefix(instance));
        body.put("job_steps", steps());
        if (vault != null) {
            body.put("vault_provider", Map.of("secret_id", vault));
        }
        body.put("aws", aws);
        if (waitForAgent) {
            body.put("when_agent_offline", "wait");
        }
        return body;
    }

    String agent(JobApi jobs) {
        return jobs.agent(agent);
    }

    private String prefix(RdsArn instance) {
        String identifier = instance.identifier().toLowerCase(Locale.ROOT);
        if (prefix == null) {
            return identifier;
        }
        return instances.size() == 1 ? prefix : prefix + "-" + identifier;
    }

    private List<String> steps() {
        List<String> steps = new ArrayList<>(List.of("create-connections"));
        if (!noWebhook) {
            steps.add("send-webhook");
        }
        return steps;
    }

    private static Map<String, String> master(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return Map.of("source", text);
        }
        if (colon == text.length() - 1) {
            throw new CommandFailure(ExitCode.USAGE, "--master " + text + " names no secret: " + text + "prod/orders");
        }
        return Map.of(
                "source", "reference", "provider", text.substring(0, colon), "secret_id", text.substring(colon + 1));
    }
}
