package dev.sallyport.api.rules;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** A rule as it is now. */
@Entity(name = "AccessRule")
@Table(name = "access_rule")
@SuppressWarnings("NullAway.Init")
class RuleRow extends PanacheEntityBase {

    /** {@code <kind>/<name>}. */
    @Id
    String id;

    @Enumerated(EnumType.STRING)
    RuleKind kind;

    String name;
    int revision;

    /** JSON. */
    String body;

    @Column(name = "updated_at")
    Instant updatedAt;

    @Column(name = "updated_by")
    String updatedBy;

    static String id(RuleKind kind, String name) {
        return kind.label() + "/" + name;
    }
}
