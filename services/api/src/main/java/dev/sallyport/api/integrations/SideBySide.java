package dev.sallyport.api.integrations;

import dev.sallyport.aws.AwsException;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;

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
    SideBySide(DiscoveryConfig config) {
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

    /** Who waits to be let in. */
    int queued() {
        return places.getQueueLength();
    }

    /**
     * Runs all of them. Those under way when the patience ends are interrupted and not waited for; those that wait do not
     * begin. Callers take turns, so that a small search does not wait for the whole of a large one.
     *
     * @return those that were not done in time
     */
    <L extends Runnable> List<L> run(List<L> looks, Duration patience) {
        Turn<L> turn = new Turn<>(looks, System.nanoTime() + patience.toNanos());
        // As many as can be let in at once, and no more: the others would stand in front of the next caller.
        List<Callable<Void>> workers = Collections.nCopies(Math.min(concurrency, looks.size()), () -> work(turn));
        try {
            for (Future<Void> worker : threads.invokeAll(workers, patience.toNanos(), TimeUnit.NANOSECONDS)) {
                if (!worker.isCancelled()) {
                    worker.get();
                }
            }
            return turn.late();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AwsException(AwsException.Kind.UNREACHABLE, "sts:AssumeRole", "", "the search was interrupted");
        }
    }

    private Void work(Turn<?> turn) throws InterruptedException {
        for (int look = turn.next(); look >= 0; look = turn.next()) {
            places.acquire();
            try {
                turn.run(look);
            } finally {
                places.release();
            }
        }
        return null;
    }

    /** What one caller wants done, and what of it is done. */
    private static final class Turn<L extends Runnable> {

        private final List<L> looks;
        private final long end;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicIntegerArray done;

        /** @param end by {@link System#nanoTime()} */
        Turn(List<L> looks, long end) {
            this.looks = looks;
            this.end = end;
            this.done = new AtomicIntegerArray(looks.size());
        }

        /** -1 when there is none left. */
        int next() {
            int look = next.getAndIncrement();
            return look < looks.size() ? look : -1;
        }

        /** What ends after the deadline may have been cut short: it does not count as done. */
        void run(int look) {
            looks.get(look).run();
            if (System.nanoTime() - end < 0) {
                done.set(look, 1);
            }
        }

        List<L> late() {
            return IntStream.range(0, looks.size())
                    .filter(look -> done.get(look) == 0)
                    .mapToObj(looks::get)
                    .toList();
        }
    }

    @Override
    @PreDestroy
    public void close() {
        threads.shutdownNow();
    }
}
