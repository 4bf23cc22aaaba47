package dev.sallyport.provisioner.roles;

import dev.sallyport.provisioner.target.TargetException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.function.BiPredicate;

/**
 * Works on several databases of one instance at a time.
 *
 * @param places how many at once
 */
record SideBySide(int places) {

    /**
     * Does {@code work} for each database, with a part of {@code script} of its own.
     *
     * @param work returns whether the database was gone through
     * @return those that were, sorted
     */
    List<String> each(List<String> databases, Script script, BiPredicate<String, Script> work) {
        List<String> done = Collections.synchronizedList(new ArrayList<>());
        Semaphore free = new Semaphore(places);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (String database : databases) {
                Script part = script.part();
                running.add(threads.submit(() -> {
                    free.acquireUninterruptibly();
                    try {
                        if (work.test(database, part)) {
                            done.add(database);
                        }
                    } finally {
                        free.release();
                    }
                }));
            }
            for (Future<?> each : running) {
                await(each);
            }
        }
        return done.stream().sorted().toList();
    }

    private static void await(Future<?> work) {
        try {
            work.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TargetException(TargetException.Kind.TRANSIENT, "interrupted");
        }
    }
}
