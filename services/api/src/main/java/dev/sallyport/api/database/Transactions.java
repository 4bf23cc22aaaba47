package dev.sallyport.api.database;

import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Supplier;

/** Database transactions for code on virtual threads. */
@ApplicationScoped
public class Transactions {

    /**
     * Runs {@code work} in one transaction and waits for its end; its failure rolls back and is thrown. Blocks: never call it on
     * an event loop.
     */
    public <T> T call(Supplier<Uni<T>> work) {
        try {
            return VertxContextSupport.subscribeAndAwait(() -> Panache.withTransaction(work));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a transaction failed", e);
        }
    }
}
