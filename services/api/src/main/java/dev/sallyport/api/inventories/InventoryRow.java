package dev.sallyport.api.inventories;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

@Entity(name = "AccessInventory")
@Table(name = "access_inventory")
@SuppressWarnings("NullAway.Init")
class InventoryRow extends PanacheEntityBase {

    @Id
    String owner;

    String items;

    @Column(name = "updated_at")
    Instant updatedAt;

    @Column(name = "updated_by")
    String updatedBy;
}
