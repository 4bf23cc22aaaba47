package dev.sallyport.api.databases;

import dev.sallyport.api.database.StoredJson;
import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Map;

@Entity(name = "ProxyDeployment")
@Table(name = "proxy_deployment")
@SuppressWarnings("NullAway.Init")
class ProxyRow extends PanacheEntityBase {

    @Id
    String id;

    String name;
    String transport;

    @Column(name = "account_id")
    String accountId;

    String region;
    String cluster;

    @Column(name = "created_at")
    Instant createdAt;

    @Column(name = "updated_at")
    Instant updatedAt;

    @Column(name = "updated_by")
    String updatedBy;

    /** All that may change of it, as JSON. */
    String told() {
        return StoredJson.write(Map.of(
                "name", name, "transport", transport, "account_id", accountId, "region", region, "cluster", cluster));
    }

    ProxyDeployment toDeployment() {
        return new ProxyDeployment(id, name, transport, accountId, region, cluster, createdAt, updatedAt, updatedBy);
    }
}
