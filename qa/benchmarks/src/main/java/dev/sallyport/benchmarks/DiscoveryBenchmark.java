package dev.sallyport.benchmarks;

import dev.sallyport.api.integrations.DiscoveredInstance;
import dev.sallyport.api.integrations.Discovery;
import dev.sallyport.api.integrations.Place;
import dev.sallyport.api.integrations.SideBySide;
import dev.sallyport.aws.AwsAccess;
import dev.sallyport.aws.AwsIdentitySource;
import dev.sallyport.aws.AwsSettings;
import dev.sallyport.kernel.RdsArn;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.aws.Account;
import dev.sallyport.sandbox.aws.AwsStandIn;
import dev.sallyport.sandbox.aws.Cloud;
import dev.sallyport.sandbox.aws.DbInstance;
import dev.sallyport.sandbox.aws.Faults;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Discovery of many instances in many accounts, each answer of AWS taking its time. Beside it the same work one account
 * after the other: measured on a few accounts, and extrapolated to all.
 */
@Command(
        name = "discovery",
        mixinStandardHelpOptions = true,
        description = "Finds many instances in many accounts at a latency of AWS's.")
final class DiscoveryBenchmark implements Callable<Integer> {

    private static final String KEY_ID = "AKIABENCHMARK0000001";
    private static final String REGION = "us-west-2";
    private static final List<String> PARTS_OF_THE_WORLD = List.of("eu-west-", "us-east-", "ap-south-", "sa-east-");
    private static final long FIRST_ACCOUNT = 100_000_000_000L;

    @Option(
            names = "--accounts",
            converter = AtLeastOne.class,
            defaultValue = "50",
            description = "Default: ${DEFAULT-VALUE}")
    private int accounts;

    @Option(
            names = "--instances",
            converter = AtLeastOne.class,
            defaultValue = "1000",
            description = "In all accounts. Default: ${DEFAULT-VALUE}")
    private int instances;

    @Option(
            names = "--regions",
            defaultValue = "1",
            description = "Of each account, 1 to 37; all but the first are empty. Default: ${DEFAULT-VALUE}")
    private int regions;

    @Option(names = "--latency-millis", defaultValue = "100", description = "Of each answer. Default: ${DEFAULT-VALUE}")
    private int latencyMillis;

    @Option(
            names = "--concurrency",
            converter = AtLeastOne.class,
            defaultValue = "32",
            description = "Accounts and regions at once. Default: ${DEFAULT-VALUE}")
    private int concurrency;

    @Option(
            names = "--baseline-accounts",
            converter = AtLeastOne.class,
            defaultValue = "5",
            description = "Default: ${DEFAULT-VALUE}")
    private int baselineAccounts;

    @Option(
            names = "--runs",
            converter = AtLeastOne.class,
            defaultValue = "3",
            description = "Default: ${DEFAULT-VALUE}")
    private int runs;

    @Option(names = "--at-most-seconds", defaultValue = "10", description = "The figure. Default: ${DEFAULT-VALUE}")
    private int atMostSeconds;

    /** One search, from cold: no session in any account. */
    private record Measurement(Duration took, int found, int failed, int calls, int peak, long heapBytes) {}

    @Override
    public Integer call() throws IOException {
        try (Scratch scratch = Scratch.make();
                AwsStandIn aws = new AwsStandIn(0, cloud(scratch.folder()))) {
            // Loads the classes, which is no part of any figure.
            measure(aws, 1, 1);
            Measurement baseline = measure(aws, Math.min(baselineAccounts, accounts), 1);
            List<Measurement> measured = new ArrayList<>();
            for (int run = 0; run < runs; run++) {
                measured.add(measure(aws, accounts, concurrency));
            }
            print(baseline, measured);
            return measured.stream().allMatch(this::reached) ? 0 : 1;
        }
    }

    private Cloud cloud(Path folder) {
        List<Account> all = IntStream.range(0, accounts)
                .mapToObj(i -> new Account(accountId(i), "account-" + i, "aws@example.com"))
                .toList();
        Cloud cloud = new Cloud(folder, all.getFirst(), all.subList(1, all.size()));
        cloud.addAccessKey(KEY_ID, Secret.of("benchmark"), "sallyport");
        for (int i = 0; i < instances; i++) {
            cloud.addInstance(instance(accountId(i % accounts), i));
        }
        cloud.faults().latency(Faults.EVERY, Duration.ofMillis(latencyMillis));
        return cloud;
    }

    private static String accountId(int index) {
        return Long.toString(FIRST_ACCOUNT + index);
    }

    private static String region(int index) {
        int other = index - 1;
        return index == 0 ? REGION : PARTS_OF_THE_WORLD.get(other / 9) + (other % 9 + 1);
    }

    private static DbInstance instance(String accountId, int index) {
        return new DbInstance(
                RdsArn.parse("arn:aws:rds:" + REGION + ":" + accountId + ":db:orders-" + index),
                "postgres",
                "17.4",
                "127.0.0.1",
                5432,
                "master",
                "orders",
                Map.of("team", "orders"),
                (user, password) -> {});
    }

    private Measurement measure(AwsStandIn aws, int accounts, int concurrency) {
        List<Place> places = IntStream.range(0, accounts)
                .boxed()
                .flatMap(i -> IntStream.range(0, regions).mapToObj(r -> new Place(accountId(i), region(r))))
                .toList();
        AwsSettings settings = AwsSettings.defaults().at(URI.create(aws.endpoint()));
        AwsIdentitySource keys = new AwsIdentitySource.StaticKeys(KEY_ID, Secret.of("benchmark"), null, REGION);
        aws.traffic().reset();
        try (AwsAccess access = new AwsAccess(settings, keys);
                SideBySide sideBySide = new SideBySide(concurrency, Duration.ofMinutes(5))) {
            long begin = System.nanoTime();
            List<DiscoveredInstance> found = new Discovery(sideBySide).instances(access, places);
            Duration took = Duration.ofNanos(System.nanoTime() - begin);
            int failed =
                    (int) found.stream().filter(item -> item.name() == null).count();
            int calls = aws.traffic().calls().values().stream()
                    .mapToInt(Integer::intValue)
                    .sum();
            return new Measurement(
                    took, found.size() - failed, failed, calls, aws.traffic().peak(), heapBytes());
        }
    }

    /** The stand-in's included: it runs in the same process. */
    private static long heapBytes() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private boolean reached(Measurement measured) {
        return measured.found() == instances
                && measured.failed() == 0
                && measured.took().compareTo(Duration.ofSeconds(atMostSeconds)) <= 0;
    }

    private void print(Measurement baseline, List<Measurement> measured) {
        System.out.printf(
                Locale.ROOT,
                "%d instances in %d accounts and %d regions, %d ms per answer of AWS, %d places at once; at most %d s%n%n",
                instances,
                accounts,
                regions,
                latencyMillis,
                concurrency,
                atMostSeconds);
        System.out.println("                          wall time  instances  failed  calls  peak  heap used");
        measured.forEach(run -> line("side by side", run));
        line("one by one, " + Math.min(baselineAccounts, accounts) + " accounts", baseline);
        double all = seconds(baseline.took()) * accounts / Math.min(baselineAccounts, accounts);
        double median = median(measured);
        System.out.printf(Locale.ROOT, "one by one, extrapolated  %7.2f s%n%n", all);
        System.out.printf(
                Locale.ROOT,
                "median %.2f s, %.0f times faster than one by one: %s%n",
                median,
                all / median,
                measured.stream().allMatch(this::reached) ? "reached" : "NOT REACHED");
    }

    private static void line(String name, Measurement run) {
        System.out.printf(
                Locale.ROOT,
                "%-24s  %7.2f s  %9d  %6d  %5d  %4d  %6d MiB%n",
                name,
                seconds(run.took()),
                run.found(),
                run.failed(),
                run.calls(),
                run.peak(),
                run.heapBytes() >> 20);
    }

    private static double median(List<Measurement> measured) {
        List<Double> sorted =
                measured.stream().map(run -> seconds(run.took())).sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
