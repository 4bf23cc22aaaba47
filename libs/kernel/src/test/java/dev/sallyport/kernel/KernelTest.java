package dev.sallyport.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.github.f4b6a3.ksuid.Ksuid;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class KernelTest {

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-11-21T10:15:30.123456Z"));

    @Test
    void aGrantIdFitsThe32CharactersOfAPermissionSetName() {
        assertThat(GrantId.next(CLOCK).value()).hasSize(31).startsWith("gra_");
    }

    @Test
    void anIdOfAnotherKindIsRefusedByName() {
        String grant = GrantId.next(CLOCK).value();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new JobId(grant))
                .withMessage("'" + grant + "' is not an id of the form job_ followed by 27 letters and digits");
    }

    @Test
    void aSecretNeverPrintsItself() {
        Secret secret = Secret.random(32);
        assertThat(secret).hasToString("***");
        assertThat(secret.reveal()).hasSize(32).matches("[A-Za-z0-9]+");
        assertThat(secret).isEqualTo(Secret.of(secret.reveal())).isNotEqualTo(Secret.random(32));
    }

    @Test
    void aShortRandomSecretIsRefused() {
        assertThat(Secret.random(20).reveal()).hasSize(20);
        assertThatIllegalArgumentException().isThrownBy(() -> Secret.random(19));
    }

    @Test
    void readsAnInstanceArnAndADatabaseInIt() {
        RdsDatabaseId id = RdsDatabaseId.parse("arn:aws:rds:us-west-2:123456789012:db:example/odd/name");
        assertThat(id.instance()).isEqualTo(new RdsArn("aws", "us-west-2", "123456789012", "example"));
        assertThat(id.instance().accountArn()).isEqualTo("arn:aws:iam::123456789012:root");
        assertThat(id.database()).isEqualTo("odd/name");
        assertThat(id).hasToString("arn:aws:rds:us-west-2:123456789012:db:example/odd/name");
    }

    @Test
    void refusesWhatIsNoArnAndSaysWhatOneLooksLike() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RdsArn.parse("arn:aws:s3:::bucket"))
                .withMessage("'arn:aws:s3:::bucket' is not the ARN of an RDS instance:"
                        + " arn:aws:rds:<region>:<account>:db:<instance>");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RdsDatabaseId.parse("arn:aws:rds:us-west-2:123456789012:db:example/"))
                .withMessageContaining("names no database");
    }

    @Test
    void knowsTheEnginesOfRdsAuroraIncluded() {
        assertThat(Engine.ofRds("aurora-postgresql")).contains(Engine.POSTGRES);
        assertThat(Engine.ofRds("aurora-mysql")).contains(Engine.MYSQL);
        assertThat(Engine.ofRds("sqlserver-ex")).contains(Engine.SQLSERVER);
        assertThat(Engine.ofRds("oracle-ee")).isEmpty();
        assertThat(Engine.ofLabel("mariadb")).isEqualTo(Engine.MARIADB);
    }

    @Test
    void aDerivedEventIdIsTheSameEachTimeAndSortsByItsTime() {
        Instant time = Instant.parse("2026-11-20T10:00:00Z");

        EventId id = EventId.derived(time, "statement/1");

        assertThat(id).isEqualTo(EventId.derived(time, "statement/1"));
        assertThat(id).isNotEqualTo(EventId.derived(time, "statement/2"));
        assertThat(Ksuid.getInstant(id.value().substring(4))).isEqualTo(time);
    }

    @Test
    void idsSortByTheMicrosecondTheyWereMadeIn() {
        Instant time = Instant.parse("2026-11-20T10:00:00.999998Z");

        List<String> ids = Stream.iterate(time, made -> made.plusNanos(1_000))
                .limit(4)
                .map(made -> JobId.next(() -> made).value())
                .toList();

        assertThat(ids).isSorted().doesNotHaveDuplicates();
        assertThat(JobId.next(() -> time)).isNotEqualTo(JobId.next(() -> time));
    }
}
