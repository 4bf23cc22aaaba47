package dev.sallyport.cli.dbroles;

import dev.sallyport.cli.Output;
import dev.sallyport.cli.http.ApiAccess;
import dev.sallyport.contracts.dbroles.Job;
import dev.sallyport.contracts.dbroles.JobPlan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sally plan}. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows every AWS call and SQL statement that `sally provision` would make, and changes nothing.",
            "The plan's hash can be given to `sally provision --plan-hash`: should another plan come out by then,",
            "nothing is changed."
        },
        footer = {
            "",
            "Examples:",
            "  sally plan orders",
            "  sally plan orders billing --network-cidr 10.0.0.0/16",
            "  sally plan orders --output json | jq -r '.[0].plan.hash'"
        })
public final class PlanCommand implements Callable<Integer> {

    @Mixin
    private final OrderOptions order = new OrderOptions();

    @Mixin
    private final ApiAccess access = new ApiAccess();

    @Mixin
    private final Output output = new Output();

    @Override
    public Integer call() {
        JobApi jobs = new JobApi(access.api());
        return show(jobs, order, output);
    }

    /** Plans, and prints the plans. */
    static int show(JobApi jobs, OrderOptions order, Output output) {
        String agent = order.agent(jobs);
        List<Orders.Planned> planned = new Orders(jobs, output.json())
                .plan(order.instances(jobs).stream()
                        .map(instance -> order.body(instance, agent))
                        .toList());
        print(planned, output);
        return Orders.exitCode(planned.stream().map(Orders.Planned::job).toList());
    }

    static void print(List<Orders.Planned> planned, Output output) {
        if (output.json()) {
            Output.print(planned.stream().map(PlanCommand::document).toList());
            return;
        }
        for (Orders.Planned each : planned) {
            for (JobPlan plan : each.plan()) {
                System.out.println();
                PlanLines.of(JobLines.instance(each.job()), plan).forEach(System.out::println);
            }
        }
    }

    private static Map<String, Object> document(Orders.Planned planned) {
        Job job = planned.job();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("db_arn", job.spec().dbArn());
        document.put("job", job);
        document.put("plan", planned.plan().isEmpty() ? null : planned.plan().getFirst());
        return document;
    }
}
