package dev.sallyport.api.integrations;

import dev.sallyport.aws.AwsAccess;
import dev.sallyport.aws.AwsException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/** Finds the instances of many accounts and regions at the same time. One that fails becomes an item of its own. */
@ApplicationScoped
class Discovery {

    private final AwsConfig config;
    private final Semaphore calls;

    Discovery(AwsConfig config) {
        this.config = config;
        // Over all callers: AWS throttles us as one.
        calls = new Semaphore(config.concurrency());
    }

    /** In the order of the accounts. Blocks until all have answered or failed. */
    List<DiscoveredInstance> instances(AwsAccess access, List<String> accountIds) {
        // First: without an identity of our own every account would fail in the same way.
        access.identity();
        List<String> regions =
                config.regions().filter(named -> !named.isEmpty()).orElseGet(() -> List.of(access.region()));
        List<Callable<List<DiscoveredInstance>>> looks = accountIds.stream()
                .flatMap(account -> regions.stream()
                        .<Callable<List<DiscoveredInstance>>>map(region -> () -> look(access, account, region)))
                .toList();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            return threads.invokeAll(looks).stream()
                    .flatMap(found -> result(found).stream())
                    .toList();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AwsException(
                    AwsException.Kind.UNREACHABLE, "rds:DescribeDBInstances", "", "the search was interrupted");
        }
    }

    private List<DiscoveredInstance> look(AwsAccess access, String account, String region) throws InterruptedException {
        calls.acquire();
        try {
            return AwsException.calling(
                    "rds:DescribeDBInstances",
                    () -> access.account(account, region).rds().describeDBInstancesPaginator().dbInstances().stream()
                            .map(instance -> DiscoveredInstance.of(account, region, instance))
                            .toList());
        } catch (AwsException e) {
            return List.of(DiscoveredInstance.failed(account, region, e));
        } finally {
            calls.release();
        }
    }

    private static List<DiscoveredInstance> result(Future<List<DiscoveredInstance>> found) {
        try {
            return found.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
