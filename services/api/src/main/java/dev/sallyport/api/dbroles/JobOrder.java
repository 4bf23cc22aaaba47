package dev.sallyport.api.dbroles;

import dev.sallyport.contracts.dbroles.ProvisionRequested;
import dev.sallyport.kernel.AgentId;
import dev.sallyport.kernel.RdsArn;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A new job, well-formed.
 *
 * @param prefix of the connections' names
 * @param steps what is wanted behind the roles, in the order of doing
 * @param vaultSecretId the path under which Vault keeps the secrets; empty for the sealed store
 * @param ingressCidr who may reach the endpoint; empty when no security group is to be managed
 * @param master where the master's credentials come from; empty for the default order
 * @param dryRun only a plan is wanted
 * @param planHash of the plan that is to be carried out
 */
record JobOrder(
        AgentId agentId,
        String prefix,
        List<String> steps,
        RdsArn instance,
        Optional<String> vaultSecretId,
        Optional<Cidr> ingressCidr,
        Optional<ProvisionRequested.Master> master,
        boolean dryRun,
        Optional<String> planHash,
        AgentAway agentAway) {

    static final String CREATE_CONNECTIONS = "create-connections";
    static final String SEND_WEBHOOK = "send-webhook";

    /** Known steps, in the order of doing. */
    static final List<String> KNOWN_STEPS = List.of(CREATE_CONNECTIONS, SEND_WEBHOOK);

    /** With {@code -ddl} behind it a connection's name is at most 54 characters: it fits into a host name's label. */
    static final int LONGEST_PREFIX = 50;

    private static final Pattern PREFIX = Pattern.compile("[a-z0-9](?:[a-z0-9_-]{0,48}[a-z0-9])?");
    private static final Pattern VAULT_PATH = Pattern.compile("[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*/?");
    private static final int LONGEST_VAULT_PATH = 200;
    private static final Pattern SECRET_ID = Pattern.compile("[\\x21-\\x7e]{1,512}");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
    private static final List<String> KEEPERS = List.of("vault", "aws-secrets-manager");

    /** Either an order or why there is none. */
    sealed interface Read {
        record Ordered(JobOrder order) implements Read {}

        record Refused(Refusal refusal) implements Read {}
    }

    /** Reads what came; never looks at the world. */
    static Read of(NewJob body, boolean anyAddressAllowed) {
        try {
            NewJob.Aws aws = present(body.aws(), "aws");
            return new Read.Ordered(new JobOrder(
                    agent(present(body.agentId(), "agent_id")),
                    prefix(present(body.connectionPrefixName(), "connection_prefix_name")),
                    steps(body.jobSteps()),
                    instance(present(aws.instanceArn(), "aws.instance_arn")),
                    Optional.ofNullable(body.vaultProvider()).map(JobOrder::vaultPath),
                    Optional.ofNullable(aws.defaultSecurityGroup()).map(group -> cidr(group, anyAddressAllowed)),
                    Optional.ofNullable(aws.master()).map(JobOrder::master),
                    Boolean.TRUE.equals(body.dryRun()),
                    Optional.ofNullable(body.planHash()).map(hash -> planHash(hash, body)),
                    agentAway(body.whenAgentOffline())));
        } catch (Wrong wrong) {
            return new Read.Refused(wrong.refusal);
        }
    }

    private static AgentId agent(String text) {
        try {
            return new AgentId(text);
        } catch (IllegalArgumentException e) {
            throw new Wrong("unknown_agent", "no agent is known as agent_id; GET /api/agents lists them");
        }
    }

    private static String prefix(String text) {
        if (!PREFIX.matcher(text).matches()) {
            throw new Wrong(
                    "invalid_prefix",
                    "connection_prefix_name has 1 to " + LONGEST_PREFIX
                            + " lower-case letters, digits, '-' and '_', with a letter or digit at both ends");
        }
        return text;
    }

    private static List<String> steps(@Nullable List<@Nullable String> asked) {
        if (asked == null) {
            return List.of();
        }
        Set<String> wanted = new LinkedHashSet<>();
        for (@Nullable String step : asked) {
            if (step == null || !KNOWN_STEPS.contains(step)) {
                throw new Wrong("unknown_job_step", "job_steps may hold " + String.join(" and ", KNOWN_STEPS));
            }
            wanted.add(step);
        }
        return KNOWN_STEPS.stream().filter(wanted::contains).toList();
    }

    private static RdsArn instance(String text) {
        try {
            return RdsArn.parse(text);
        } catch (IllegalArgumentException e) {
            throw new Wrong(
                    "invalid_arn",
                    "aws.instance_arn is the ARN of an RDS instance: arn:aws:rds:<region>:<account>:db:<instance>");
        }
    }

    private static String vaultPath(NewJob.Vault vault) {
        String path = present(vault.secretId(), "vault_provider.secret_id");
        if (path.length() > LONGEST_VAULT_PATH || !VAULT_PATH.matcher(path).matches() || path.contains("..")) {
            throw new Wrong("invalid_vault_path", "vault_provider.secret_id is a path such as dbsecrets/data/");
        }
        return path;
    }

    private static Cidr cidr(NewJob.SecurityGroup group, boolean anyAddressAllowed) {
        Cidr cidr = Cidr.parse(present(group.ingressCidr(), "aws.default_security_group.ingress_cidr"))
                .orElseThrow(() -> new Wrong(
                        "invalid_cidr",
                        "ingress_cidr is an IPv4 or IPv6 network such as 10.0.0.0/16, without host bits"));
        if (cidr.prefixBits() == 0 && !anyAddressAllowed) {
            throw new Wrong(
                    "cidr_too_wide",
                    "ingress_cidr lets in every address; sallyport.dbroles.allow-any-address=true would allow it");
        }
        return cidr;
    }

    private static ProvisionRequested.Master master(NewJob.Master body) {
        ProvisionRequested.MasterSource source = source(present(body.source(), "aws.master.source"));
        if (source != ProvisionRequested.MasterSource.REFERENCE) {
            if (body.provider() != null || body.secretId() != null) {
                throw new Wrong(
                        "invalid_master", "aws.master has provider and secret_id when its source is reference only");
            }
            return new ProvisionRequested.Master(source, null, null);
        }
        String provider = present(body.provider(), "aws.master.provider");
        if (!KEEPERS.contains(provider)) {
            throw new Wrong("invalid_master_provider", "aws.master.provider is " + String.join(" or ", KEEPERS));
        }
        String secretId = present(body.secretId(), "aws.master.secret_id");
        if (!SECRET_ID.matcher(secretId).matches()) {
            throw new Wrong(
                    "invalid_master_secret_id",
                    "aws.master.secret_id has 1 to 512 printable characters without spaces");
        }
        return new ProvisionRequested.Master(source, provider, secretId);
    }

    private static ProvisionRequested.MasterSource source(String label) {
        try {
            return ProvisionRequested.MasterSource.ofLabel(label);
        } catch (IllegalArgumentException e) {
            throw new Wrong(
                    "invalid_master_source",
                    "aws.master.source is one of stored, rds-managed, reference, iam and reset");
        }
    }

    private static String planHash(String hash, NewJob body) {
        if (!HASH.matcher(hash).matches()) {
            throw new Wrong("invalid_plan_hash", "plan_hash is the hash of a plan: 64 hexadecimal digits");
        }
        if (Boolean.TRUE.equals(body.dryRun())) {
            throw new Wrong("invalid_plan_hash", "plan_hash is for carrying a plan out: leave it or dry_run out");
        }
        return hash;
    }

    private static AgentAway agentAway(@Nullable String label) {
        return AgentAway.labelled(label).orElseThrow(() -> new Wrong("invalid_when_agent_offline", AgentAway.RULE));
    }

    private static <T> T present(@Nullable T value, String field) {
        if (value == null || value instanceof String text && text.isBlank()) {
            throw new Wrong("missing_field", "the field '" + field + "' is missing");
        }
        return value;
    }

    /** Leaves {@link #of} only: it becomes a value there. */
    private static final class Wrong extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final transient Refusal refusal;

        Wrong(String code, String detail) {
            super(detail, null, false, false);
            refusal = Refusal.badRequest(code, detail);
        }
    }
}
