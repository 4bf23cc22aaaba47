package dev.sallyport.cli.dbroles;

import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.cli.Output;
import dev.sallyport.cli.Terminal;
import dev.sallyport.cli.http.ApiAccess;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.kernel.RdsArn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sally provision}. */
@Command(
        name = "provision",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Makes the least-privilege roles and their connections in RDS instances, several side by side.",
            "",
            "On a terminal it shows the plan first and asks; scripts say --yes. Exit code 1 when a job failed."
        },
        footer = {
            "",
            "Examples:",
            "  sally provision orders",
            "  sally provision orders billing --prefix prod --network-cidr 10.0.0.0/16 --yes",
            "  sally provision arn:aws:rds:eu-west-1:111111111111:db:orders --vault dbsecrets/data/",
            "  sally provision orders --master rds-managed --plan",
            "  sally provision orders --plan-hash \"$(sally plan orders -o json | jq -r '.[0].plan.hash')\" --yes"
        })
public final class ProvisionCommand implements Callable<Integer> {

    @Mixin
    private final OrderOptions order = new OrderOptions();

    @Option(names = "--plan", description = "only show what would be changed, as `sally plan`")
    private boolean planOnly;

    @Option(
            names = "--plan-hash",
            paramLabel = "HASH",
            description = "change nothing unless this plan comes out again (one instance)")
    private @Nullable String planHash;

    @Option(
            names = {"-y", "--yes"},
            description = "do not plan and ask first")
    private boolean yes;

    @Mixin
    private final ApiAccess access = new ApiAccess();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        if (planHash != null && order.count() != 1) {
            throw new CommandFailure(ExitCode.USAGE, "--plan-hash is of the plan for one instance");
        }
        JobApi jobs = new JobApi(access.api());
        if (planOnly) {
            return PlanCommand.show(jobs, order, output);
        }
        if (!yes && !Terminal.interactive()) {
            throw new CommandFailure(ExitCode.USAGE, "nobody is there to be asked: look with --plan, then say --yes");
        }
        return provision(jobs, orders(jobs));
    }

    private int provision(JobApi jobs, List<Map<String, Object>> orders) {
        Orders placed = new Orders(jobs, output.json());
        if (!yes && !agreed(placed, orders)) {
            return ExitCode.FAILED.number();
        }
        List<Job> ended = placed.run(orders);
        if (output.json()) {
            Output.print(ended);
        }
        return Orders.exitCode(ended);
    }

    private List<Map<String, Object>> orders(JobApi jobs) {
        String agent = order.agent(jobs);
        List<Map<String, Object>> orders = new ArrayList<>();
        for (RdsArn instance : order.instances(jobs)) {
            Map<String, Object> body = order.body(instance, agent);
            if (planHash != null) {
                body.put("plan_hash", planHash);
            }
            orders.add(body);
        }
        return orders;
    }

    /** Plans, shows, asks, and has each order require the plan that was shown. */
    private boolean agreed(Orders placed, List<Map<String, Object>> orders) {
        List<Orders.Planned> planned = placed.plan(orders);
        PlanCommand.print(planned, new Output());
        if (planned.stream().anyMatch(each -> each.plan().isEmpty())) {
            System.err.println("sally: there is no plan, so nothing was changed");
            return false;
        }
        for (int at = 0; at < orders.size(); at++) {
            orders.get(at)
                    .putIfAbsent("plan_hash", planned.get(at).plan().getFirst().hash());
        }
        System.out.println();
        boolean agreed = Terminal.agrees("Carry it out?");
        if (!agreed) {
            System.out.println("Nothing was changed.");
        }
        return agreed;
    }
}
