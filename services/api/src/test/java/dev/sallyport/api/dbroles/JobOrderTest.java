package dev.sallyport.api.dbroles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.kernel.AgentId;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class JobOrderTest {

    private static final String AGENT = AgentId.next(Clock.systemUTC()).value();
    private static final String ARN = "arn:aws:rds:us-west-2:111111111111:db:orders";

    @Test
    void takesStepsOnceAndInTheOrderOfDoing() {
        JobOrder order = ordered(job("orders", List.of("send-webhook", "create-connections", "send-webhook"), null));

        assertThat(order.steps()).containsExactly("create-connections", "send-webhook");
        assertThat(order.ingressCidr()).isEmpty();
        assertThat(order.vaultSecretId()).isEmpty();
    }

    @Test
    void boundsThePrefix() {
        for (String good : List.of("a", "7", "prod-orders", "prod_orders", "a".repeat(JobOrder.LONGEST_PREFIX))) {
            assertThat(ordered(job(good, null, null)).prefix()).isEqualTo(good);
        }
        for (String bad : List.of(
                "A", "-a", "a-", "_", "a b", "a/b", "ä", "a.b", "a".repeat(JobOrder.LONGEST_PREFIX + 1), "a\n")) {
            assertThat(refused(job(bad, null, null)).code()).as(bad).isEqualTo("invalid_prefix");
        }
    }

    @Test
    void refusesANetworkThatLetsInEverybodyUnlessThatIsAllowed() {
        NewJob wide = job("orders", null, "0.0.0.0/0");

        assertThat(refused(wide).code()).isEqualTo("cidr_too_wide");
        assertThat(JobOrder.of(wide, true)).isInstanceOf(JobOrder.Read.Ordered.class);
        assertThat(refused(job("orders", null, "::/0")).code()).isEqualTo("cidr_too_wide");
    }

    @Test
    void readsNetworksOfBothFamilies() {
        for (String good : List.of("10.0.0.0/16", "192.168.1.7/32", "2001:db8::/32", "::1/128", "0.0.0.0/0")) {
            assertThat(Cidr.parse(good)).as(good).isPresent();
        }
        for (String bad : List.of(
                "",
                "10.0.0.0",
                "10.0.0.0/33",
                "10.0.0.5/16",
                "10.0.0/16",
                "010.0.0.0/8",
                "256.0.0.0/8",
                "2001:db8::1/32",
                "::/129",
                "10.0.0.0/016",
                "localhost/8",
                "10.0.0.0/16 ")) {
            assertThat(Cidr.parse(bad)).as(bad).isEqualTo(Optional.empty());
        }
    }

    @Test
    void saysWhichFieldIsMissing() {
        assertThat(refused(new NewJob(null, "p", null, null, null, null, null, null))
                        .detail())
                .contains("'aws'");
        assertThat(refused(new NewJob(null, "p", null, null, new NewJob.Aws(ARN, null, null), null, null, null))
                        .detail())
                .contains("'agent_id'");
        assertThat(refused(new NewJob(
                                AGENT,
                                "p",
                                null,
                                new NewJob.Vault(" "),
                                new NewJob.Aws(ARN, null, null),
                                null,
                                null,
                                null))
                        .detail())
                .contains("'vault_provider.secret_id'");
    }

    @Test
    void readsWhereTheMastersCredentialsComeFrom() {
        assertThat(ordered(with(new NewJob.Master("rds-managed", null, null), null, null))
                        .master())
                .hasValueSatisfying(
                        master -> assertThat(master.source().label()).isEqualTo("rds-managed"));
        assertThat(ordered(with(new NewJob.Master("reference", "vault", "prod/orders"), null, null))
                        .master())
                .hasValueSatisfying(master -> assertThat(master.secretId()).isEqualTo("prod/orders"));
        assertThat(refused(with(new NewJob.Master(null, null, null), null, null))
                        .code())
                .isEqualTo("missing_field");
        assertThat(refused(with(new NewJob.Master("guess", null, null), null, null))
                        .code())
                .isEqualTo("invalid_master_source");
        assertThat(refused(with(new NewJob.Master("iam", "vault", null), null, null))
                        .code())
                .isEqualTo("invalid_master");
        assertThat(refused(with(new NewJob.Master("reference", "drawer", "x"), null, null))
                        .code())
                .isEqualTo("invalid_master_provider");
        assertThat(refused(with(new NewJob.Master("reference", "vault", null), null, null))
                        .code())
                .isEqualTo("missing_field");
        assertThat(refused(with(new NewJob.Master("reference", "vault", "a b"), null, null))
                        .code())
                .isEqualTo("invalid_master_secret_id");
    }

    @Test
    void takesThePlansHashForCarryingItOutOnly() {
        String hash = "0123456789abcdef".repeat(4);

        assertThat(ordered(with(null, null, hash)).planHash()).contains(hash);
        assertThat(ordered(with(null, true, null)).dryRun()).isTrue();
        assertThat(refused(with(null, null, "0123")).code()).isEqualTo("invalid_plan_hash");
        assertThat(refused(with(null, true, hash)).code()).isEqualTo("invalid_plan_hash");
    }

    @Test
    void waitsForItsAgentWhenAsked() {
        assertThat(ordered(job("orders", null, null)).agentAway()).isEqualTo(AgentAway.FAIL);
        assertThat(ordered(away("wait")).agentAway()).isEqualTo(AgentAway.WAIT);
        assertThat(refused(away("shrug")).code()).isEqualTo("invalid_when_agent_offline");
    }

    private static NewJob with(NewJob.@Nullable Master master, @Nullable Boolean dryRun, @Nullable String planHash) {
        return new NewJob(AGENT, "orders", null, null, new NewJob.Aws(ARN, null, master), dryRun, planHash, null);
    }

    private static NewJob away(String whenAgentOffline) {
        return new NewJob(AGENT, "orders", null, null, new NewJob.Aws(ARN, null, null), null, null, whenAgentOffline);
    }

    private static NewJob job(String prefix, @Nullable List<@Nullable String> steps, @Nullable String cidr) {
        return new NewJob(
                AGENT,
                prefix,
                steps,
                null,
                new NewJob.Aws(ARN, cidr == null ? null : new NewJob.SecurityGroup(cidr), null),
                null,
                null,
                null);
    }

    private static JobOrder ordered(NewJob job) {
        if (JobOrder.of(job, false) instanceof JobOrder.Read.Ordered read) {
            return read.order();
        }
        throw new AssertionError("refused: " + job);
    }

    private static Refusal refused(NewJob job) {
        if (JobOrder.of(job, false) instanceof JobOrder.Read.Refused read) {
            return read.refusal();
        }
        throw new AssertionError("taken: " + job);
    }
}
