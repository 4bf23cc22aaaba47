package dev.sallyport.api.integrations;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.rds.model.DBInstance;

/** What is shown of what RDS describes. */
class DiscoveredInstanceTest {

    private static final Place PLACE = new Place("111111111111", "us-west-2");

    @Test
    void aClusterMemberNamesItsCluster() {
        DiscoveredInstance member = of(db -> db.engine("aurora-postgresql").dbClusterIdentifier("orders-cluster"));

        assertThat(member.cluster()).isEqualTo("orders-cluster");
        assertThat(member.error()).isNull();
    }

    @Test
    void aReadReplicaNamesItsSourceAndSaysThatItTakesNoRoles() {
        DiscoveredInstance replica = of(db -> db.engine("postgres").readReplicaSourceDBInstanceIdentifier("orders"));

        assertThat(replica.replicaOf()).isEqualTo("orders");
        assertThat(replica.errorCode()).isEqualTo("read_replica");
        assertThat(replica.error()).contains("make them in orders");
    }

    @Test
    void anEngineThatIsNotSupportedSaysSo() {
        DiscoveredInstance graph = of(db -> db.engine("neptune"));

        assertThat(graph.errorCode()).isEqualTo("unsupported_engine");
        assertThat(graph.error()).contains("neptune");
    }

    @Test
    void anInstanceThatIsBeingMadeHasNoMoreThanAName() {
        DiscoveredInstance young = of(db -> db.engine("mysql").dbInstanceStatus("creating"));

        assertThat(young.vpcId()).isNull();
        assertThat(young.availabilityZone()).isNull();
        assertThat(young.errorCode()).isNull();
    }

    private static DiscoveredInstance of(Consumer<DBInstance.Builder> more) {
        DBInstance.Builder db = DBInstance.builder().dbInstanceIdentifier("orders-2");
        more.accept(db);
        return DiscoveredInstance.of(PLACE, db.build());
    }
}
