package dev.sallyport.api.integrations;

import dev.sallyport.aws.AwsException;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Asks many accounts and regions at the same time: so many at once over all callers, for AWS throttles us as one, and each
 * caller until a deadline.
 */
@Singleton
public final class SideBySide implements AutoCloseable {

    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("aws-", 0).factory());
    private final Semaphore places;
    private final int concurrency;
    private final Duration deadline;

    @Inject
    SideBySide(AwsConfig config) {
        this(config.concurrency(), config.searchDeadline());
    }

    /**
     * @param concurrency places that are asked at once, from 1
     * @param deadline for one caller to have its answer
     */
    public SideBySide(int concurrency, Duration deadline) {
        if (concurrency < 1 || !deadline.isPositive()) {
            throw new IllegalArgumentException("sallyport.aws.concurrency is at least 1 and .search-deadline positive");
        }
        this.concurrency = concurrency;
        this.deadline = deadline;
        this.places = new Semaphore(concurrency, true);
    }

    int concurrency() {
        return concurrency;
    }

    Duration deadline() {
        return deadline;
    }

    /**
     * Runs all of them. Those under way or waiting when the patience ends are interrupted and not waited for.
     *
     * @return those that were not done in time
     */
    <L extends Runnable> List<L> run(List<L> looks, Duration patience) {
        List<Callable<Void>> admitted =
                looks.stream().<Callable<Void>>map(look -> () -> admitted(look)).toList();
        try {
            List<Future<Void>> ended = threads.invokeAll(admitted, patience.toMillis(), TimeUnit.MILLISECONDS);
            List<L> late = new ArrayList<>();
            for (int i = 0; i < looks.size(); i++) {
                if (ended.get(i).isCancelled()) {
                    late.add(looks.get(i));
                } else {
                    ended.get(i).get();
                }
            }
            return late;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AwsException(AwsException.Kind.UNREACHABLE, "sts:AssumeRole", "", "the search was interrupted");
        }
    }

    private Void admitted(Runnable look) throws InterruptedException {
        places.acquire();
        try {
            look.run();
            return null;
        } finally {
            places.release();
        }
    }

    @Override
    @PreDestroy
    public void close() {
        threads.shutdownNow();
    }
}
