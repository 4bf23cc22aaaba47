package dev.sallyport.provisioner.job;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.dbroles.JobCommand;
import dev.sallyport.contracts.dbroles.JobProgressed;
import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A row of {@code job}. */
@Entity
@Table(name = "job")
class JobEntity extends PanacheEntityBase {

    @Id
    String id = "";

    @Column(name = "agent_id")
    String agentId = "";

    @Column(name = "instance_arn")
    String instanceArn = "";

    /** Null while nobody knows, and where there is none. */
    @Column(name = "cluster_arn")
    @Nullable String clusterArn;

    String state = "";
    String step = "";
    int attempt;

    @Column(name = "not_before")
    Instant notBefore = Instant.EPOCH;

    long revision;
    String command = "";
    String view = "";

    /** Who wants it ended; the runner sees to it between two steps. */
    @Column(name = "cancelled_by")
    @Nullable String cancelledBy;

    @Column(name = "created_at")
    Instant createdAt = Instant.EPOCH;

    @Column(name = "updated_at")
    Instant updatedAt = Instant.EPOCH;

    static JobEntity of(DbRolesJob job, Event<?> command, Instant now) {
        JobEntity row = new JobEntity();
        row.id = job.id().value();
        row.agentId = job.command().agentId().value();
        row.instanceArn = job.command().instanceArn().toString();
        row.command = EventJson.write(command);
        row.createdAt = now;
        return row;
    }

    void write(DbRolesJob job, Event<JobProgressed> said, Instant now) {
        switch (job.state()) {
            case JobState.Waiting waiting -> at("waiting", waiting.step(), waiting.attempt(), waiting.notBefore());
            case JobState.Running running -> at("running", running.step(), running.attempt(), now);
            case JobState.Completed completed ->
                at("completed", job.kind().steps().getLast(), 1, now);
            case JobState.Failed failed -> at("failed", failed.step(), attempt, now);
            case JobState.Cancelled cancelled -> at("cancelled", cancelled.step(), attempt, now);
        }
        revision = job.view().revision();
        view = EventJson.write(said);
        updatedAt = now;
    }

    private void at(String name, Step where, int tries, Instant due) {
        state = name;
        step = where.label();
        attempt = tries;
        notBefore = due;
    }

    DbRolesJob read() {
        JobProgressed said = EventJson.read(EventType.DBROLES_PROGRESSED, view).data();
        Step where = Step.ofLabel(step);
        JobState stands = switch (state) {
            case "waiting" -> new JobState.Waiting(where, attempt, notBefore);
            case "running" -> new JobState.Running(where, attempt);
            case "completed" -> new JobState.Completed();
            case "cancelled" -> new JobState.Cancelled(where, String.valueOf(cancelledBy));
            default -> new JobState.Failed(where, said.status().message());
        };
        return new DbRolesJob((JobCommand) EventJson.read(command).data(), stands, said);
    }
}
