package dev.sallyport.broker.identitycenter;

import dev.sallyport.broker.Json;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How far the provisioning of a grant is. It changes only under its own lock. */
@Entity
@Table(name = "provisionings")
@SuppressWarnings("NullAway.Init")
class ProvisioningRow {

    @Id
    @Column(name = "grant_id")
    String grantId;

    @Enumerated(EnumType.STRING)
    Goal goal;

    @Enumerated(EnumType.STRING)
    Step step;

    @Column(name = "account_id")
    String accountId;

    /** A {@link Plan}. */
    String plan;

    int round;

    int attempts;

    String message = "";

    @Column(name = "begun_at")
    Instant begunAt;

    @Column(name = "next_at")
    @Nullable Instant nextAt;

    @Nullable String lease;

    @Column(name = "leased_until")
    @Nullable Instant leasedUntil;

    @Column(name = "holds_account")
    boolean holdsAccount;

    static ProvisioningRow of(Plan plan, Goal goal, Step step, Instant now) {
        ProvisioningRow row = new ProvisioningRow();
        row.grantId = plan.grantId();
        row.know(plan);
        row.begin(goal, step, now);
        return row;
    }

    Plan plan() {
        return Json.read(plan, Plan.class);
    }

    void know(Plan known) {
        plan = Json.write(known);
        accountId = known.accountId();
    }

    /** Towards another goal. Whoever is at work keeps the lease, and finds that it was for an earlier round. */
    void begin(Goal next, Step first, Instant now) {
        goal = next;
        step = first;
        round++;
        attempts = 0;
        message = "";
        begunAt = now;
        nextAt = now;
    }

    void go(Step next, Instant when) {
        step = next;
        attempts = 0;
        message = "";
        nextAt = when;
        holdsAccount = holdsAccount && next.needsAccount();
    }

    void again(Step next, String why, Instant when) {
        step = next;
        attempts++;
        message = why;
        nextAt = when;
        // Somebody else is at work in the account: let others of ours see whether it is free for them.
        holdsAccount = holdsAccount && next.polls();
    }

    void stand() {
        step = Step.STANDS;
        attempts = 0;
        message = "";
        nextAt = null;
        holdsAccount = false;
    }
}
