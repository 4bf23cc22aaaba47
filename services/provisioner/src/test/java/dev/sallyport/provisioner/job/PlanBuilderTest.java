package dev.sallyport.provisioner.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.contracts.dbroles.JobPlan;
import dev.sallyport.provisioner.roles.Planned;
import dev.sallyport.provisioner.roles.PlannedStatement;
import dev.sallyport.provisioner.roles.RoleKind;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlanBuilderTest {

    @Test
    void keepsTheOrderAndSaysWhatIsRoutine() {
        JobPlan plan = new PlanBuilder()
                .aws("arn", "ec2:CreateSecurityGroup g")
                .sql(
                        new Planned(
                                List.of(
                                        new PlannedStatement("shop", "GRANT a", false),
                                        new PlannedStatement("", "ALTER b '***'", true)),
                                Map.of(RoleKind.RO, List.of("table x: skipped"))),
                        "hoop",
                        "db.example")
                .secret("id", "store", true)
                .build();

        assertThat(plan.changes())
                .containsExactly(
                        new JobPlan.Change(JobPlan.Kind.AWS, "arn", "ec2:CreateSecurityGroup g", false),
                        new JobPlan.Change(JobPlan.Kind.SQL, "shop", "GRANT a", false),
                        new JobPlan.Change(JobPlan.Kind.SQL, "db.example", "ALTER b '***'", true),
                        new JobPlan.Change(JobPlan.Kind.SECRET, "id", "store", true));
        assertThat(plan.notes()).containsExactly("hoop_ro: table x: skipped");
        assertThat(plan.drifted()).isTrue();
        assertThat(new PlanBuilder().secret("id", "store", true).build().drifted())
                .isFalse();
    }

    @Test
    void givesTheSameChangesTheSameHashAndOthersAnother() {
        String hash = new PlanBuilder().aws("ab", "c").build().hash();
        assertThat(hash).matches("[0-9a-f]{64}");
        assertThat(new PlanBuilder().aws("ab", "c").note("said").build().hash()).isEqualTo(hash);
        assertThat(new PlanBuilder().aws("a", "bc").build().hash()).isNotEqualTo(hash);
        assertThat(new PlanBuilder().aws("ab", "c").aws("ab", "c").build().hash())
                .isNotEqualTo(hash);
    }

    @Test
    void leavesOutWhatDoesNotFitAndHashesItStill() {
        String half = "x".repeat(PlanBuilder.MAX_CHARACTERS / 2 - 1);
        PlanBuilder full = new PlanBuilder().aws("a", half).aws("b", half);
        assertThat(full.build().omitted()).isZero();
        JobPlan over = new PlanBuilder()
                .aws("a", half)
                .aws("b", half)
                .aws("c", "d")
                .aws("e", "f")
                .build();
        assertThat(over.changes()).hasSize(2);
        assertThat(over.omitted()).isEqualTo(2);
        assertThat(over.drifted()).isTrue();
        assertThat(over.hash())
                .isNotEqualTo(new PlanBuilder()
                        .aws("a", half)
                        .aws("b", half)
                        .aws("c", "d")
                        .build()
                        .hash());
    }
}
