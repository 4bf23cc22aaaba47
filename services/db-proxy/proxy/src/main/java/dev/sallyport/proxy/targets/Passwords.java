package dev.sallyport.proxy.targets;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.sallyport.contracts.grants.GrantTarget;
import dev.sallyport.contracts.grants.GrantTarget.SecretRef;
import dev.sallyport.kernel.Secret;
import dev.sallyport.proxy.connection.TargetException;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The passwords of the targets' users. They are read on virtual threads and kept for a short while, so that a client that
 * connects often does not wear out the store; many that ask for one at the same time share one reading. Whoever is refused with
 * one asks {@link #after}: it may have been changed since.
 */
public final class Passwords {

    /** More than there are roles in the databases that one proxy reaches. */
    static final int MOST_KEPT = 10_000;

    private static final Executor READERS =
            task -> Thread.ofVirtual().name("password").start(task);

    private final SecretReader reader;
    private final AsyncCache<SecretRef, Secret> kept;

    /** @param keptFor zero for not at all */
    public Passwords(SecretReader reader, Duration keptFor) {
        this.reader = reader;
        this.kept = Caffeine.newBuilder()
                .expireAfterWrite(keptFor)
                .maximumSize(MOST_KEPT)
                .executor(READERS)
                .buildAsync();
    }

    /** The password of the target's user; completes on {@code loop}, or fails there with {@link TargetException}. */
    public Future<Secret> of(GrantTarget target, EventLoop loop) {
        Promise<Secret> promise = loop.newPromise();
        kept.get(target.secret(), (secret, executor) -> CompletableFuture.supplyAsync(() -> read(secret), executor))
                .whenComplete((password, failure) -> complete(promise, password, failure));
        return promise;
    }

    /**
     * What the password is now that the target did not take {@code refused}: empty when that is still what the store says.
     * Completes as {@link #of} does.
     */
    public Future<Optional<Secret>> after(GrantTarget target, Secret refused, EventLoop loop) {
        Promise<Optional<Secret>> promise = loop.newPromise();
        CompletableFuture<Secret> held = kept.getIfPresent(target.secret());
        if (held != null && refused.equals(held.getNow(null))) {
            kept.asMap().remove(target.secret(), held);
        }
        of(target, loop).addListener((Future<Secret> read) -> {
            if (read.isSuccess()) {
                promise.trySuccess(Optional.of(read.getNow()).filter(now -> !now.equals(refused)));
            } else {
                promise.tryFailure(read.cause());
            }
        });
        return promise;
    }

    private Secret read(SecretRef secret) {
        try {
            return reader.read(secret);
        } catch (TargetException e) {
            throw new CompletionException(e);
        }
    }

    private static void complete(Promise<Secret> promise, @Nullable Secret password, @Nullable Throwable failure) {
        if (password != null) {
            promise.trySuccess(password);
            return;
        }
        Throwable cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
        promise.tryFailure(
                cause instanceof TargetException known
                        ? known
                        : new TargetException("the secret store failed: "
                                + (cause == null
                                        ? "no answer"
                                        : cause.getClass().getSimpleName())));
    }
}
