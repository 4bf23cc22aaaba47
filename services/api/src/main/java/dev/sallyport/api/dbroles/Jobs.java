package dev.sallyport.api.dbroles;

import dev.sallyport.api.page.Page;
import dev.sallyport.api.page.PageQuery;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobPlan;
import dev.sallyport.kernel.JobId;
import dev.sallyport.kernel.RdsArn;
import io.quarkus.panache.common.Parameters;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** The jobs, to read. Each method is part of the caller's transaction. */
@ApplicationScoped
public class Jobs {

    public Uni<Optional<Job>> find(JobId id) {
        return row(id).map(found -> found.map(JobRow::job));
    }

    /** What a planning job came out with; empty for every other job, and before its end. */
    public Uni<Optional<JobPlan>> plan(JobId id) {
        return row(id).map(found -> found.flatMap(JobRow::plan));
    }

    /** The youngest first. */
    public Uni<Page<Job>> page(PageQuery query, JobFilter filter) {
        Parameters parameters = Parameters.with("after", filter.idAt(query.after()));
        filter.wanted().forEach(parameters::and);
        return JobRow.<JobRow>find("id < :after" + filter.condition() + " order by id desc", parameters)
                .range(0, query.limit())
                .list()
                .map(rows -> Page.of(rows, query, row -> filter.position(row.id), JobRow::job));
    }

    Uni<Optional<JobRow>> row(JobId id) {
        return JobRow.<JobRow>findById(id.value()).map(Optional::ofNullable);
    }

    /** The job that runs on the instance. */
    Uni<Optional<JobRow>> running(RdsArn instance) {
        return JobRow.<JobRow>find("instanceArn = ?1 and phase = 'running'", instance.toString())
                .firstResult()
                .map(Optional::ofNullable);
    }

    /** The last job that made roles in the instance, well or not; empty when they were taken out since, or never made. */
    Uni<Optional<JobRow>> provisioning(RdsArn instance) {
        return last(instance, "kind = 'provision' or kind = 'deprovision' and phase = 'completed'");
    }

    /** The last job that made all roles; empty when they were taken out since, or never made. */
    Uni<Optional<JobRow>> provisioned(RdsArn instance) {
        return last(instance, "kind <> 'plan' and phase = 'completed'");
    }

    private static Uni<Optional<JobRow>> last(RdsArn instance, String which) {
        return JobRow.<JobRow>find("instanceArn = ?1 and (" + which + ") order by id desc", instance.toString())
                .firstResult()
                .map(row -> Optional.ofNullable(row).filter(found -> found.kind() == JobKind.PROVISION));
    }
}
