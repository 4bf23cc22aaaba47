package dev.sallyport.provisioner.job;

import dev.sallyport.contracts.Event;
import dev.sallyport.contracts.EventJson;
import dev.sallyport.contracts.EventType;
import dev.sallyport.contracts.dbroles.JobProgressed;
import dev.sallyport.contracts.dbroles.ProvisionRequested;
import io.quarkus.hibernate.reactive.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

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

    String state = "";
    String step = "";
    int attempt;

    @Column(name = "not_before")
    Instant notBefore = Instant.EPOCH;

    long revision;
    String command = "";
    String view = "";

    @Column(name = "created_at")
    Instant createdAt = Instant.EPOCH;

    @Column(name = "updated_at")
    Instant updatedAt = Instant.EPOCH;

    static JobEntity of(ProvisioningJob job, Event<ProvisionRequested> command, Instant now) {
        JobEntity row = new JobEntity();
        row.id = job.id().value();
        row.agentId = job.command().agentId().value();
        row.instanceArn = job.command().instanceArn().toString();
        row.command = EventJson.write(command);
        row.createdAt = now;
        return row;
    }

    void write(ProvisioningJob job, Event<JobProgressed> said, Instant now) {
        switch (job.state()) {
            case JobState.Waiting waiting -> at("waiting", waiting.step(), waiting.attempt(), waiting.notBefore());
            case JobState.Running running -> at("running", running.step(), running.attempt(), now);
            case JobState.Completed completed -> at("completed", Step.ROLES, 1, now);
            case JobState.Failed failed -> at("failed", failed.step(), attempt, now);
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

    ProvisioningJob read() {
        JobProgressed said = EventJson.read(EventType.DBROLES_PROGRESSED, view).data();
        Step where = Step.ofLabel(step);
        JobState stands = switch (state) {
            case "waiting" -> new JobState.Waiting(where, attempt, notBefore);
            case "running" -> new JobState.Running(where, attempt);
            case "completed" -> new JobState.Completed();
            default -> new JobState.Failed(where, said.status().message());
        };
        return new ProvisioningJob(
                EventJson.read(EventType.DBROLES_PROVISION, command).data(), stands, said);
    }
}
