package dev.sallyport.api.rules;

import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A rule as it was at one time. */
@Entity(name = "AccessRuleVersion")
@Table(name = "access_rule_version")
@SuppressWarnings("NullAway.Init")
class RuleVersionRow extends PanacheEntityBase {

    /** {@code <kind>/<name>/<revision>}. */
    @Id
    String id;

    /** {@code <kind>/<name>}. */
    @Column(name = "rule_id")
    String ruleId;

    int revision;

    /** Null: it was deleted. */
    @Nullable String body;

    @Column(name = "changed_at")
    Instant changedAt;

    @Column(name = "changed_by")
    String changedBy;
}
