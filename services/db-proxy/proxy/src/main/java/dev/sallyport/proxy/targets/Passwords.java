package dev.sallyport.proxy.targets;

import dev.sallyport.contracts.grants.GrantTarget;
import dev.sallyport.contracts.grants.GrantTarget.SecretRef;
import dev.sallyport.kernel.Secret;
import dev.sallyport.proxy.connection.TargetException;
import dev.sallyport.secrets.SecretStoreException;
import dev.sallyport.secrets.SecretStores;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.Map;
import java.util.function.Supplier;

/** Reads the passwords of the targets' users, each time anew, on virtual threads. */
public final class Passwords {

    private final Supplier<SecretStores> stores;

    /** @param stores opened at the first call; may throw, and is asked again then */
    public Passwords(Supplier<SecretStores> stores) {
        this.stores = stores;
    }

    /** The password of the target's user; completes on {@code loop}, or fails there with {@link TargetException}. */
    public Future<Secret> of(GrantTarget target, EventLoop loop) {
        Promise<Secret> promise = loop.newPromise();
        Thread.ofVirtual().name("password").start(() -> {
            try {
                promise.trySuccess(read(target.secret()));
            } catch (TargetException e) {
                promise.tryFailure(e);
            } catch (RuntimeException e) {
                promise.tryFailure(new TargetException(
                        "the secret store failed: " + e.getClass().getSimpleName()));
            }
        });
        return promise;
    }

    private Secret read(SecretRef secret) throws TargetException {
        try {
            Map<String, Secret> entries = stores.get()
                    .of(secret.provider())
                    .current(secret.secretId())
                    .orElseThrow(() -> new TargetException("there is no secret '" + secret.secretId() + "'"));
            Secret password = entries.get(secret.key());
            if (password == null) {
                throw new TargetException("the secret '" + secret.secretId() + "' has no entry '" + secret.key() + "'");
            }
            return password;
        } catch (SecretStoreException e) {
            throw new TargetException(String.valueOf(e.getMessage()));
        }
    }
}
