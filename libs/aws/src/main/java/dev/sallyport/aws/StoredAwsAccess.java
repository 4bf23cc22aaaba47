package dev.sallyport.aws;

import dev.sallyport.kernel.Secret;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The {@link AwsAccess} of the credentials that are stored now. When others are stored it makes a new one; calls under way
 * with the one before end as they would have.
 */
public final class StoredAwsAccess implements AutoCloseable {

    private final AwsSettings settings;
    private final Supplier<Optional<Map<String, Secret>>> stored;
    private final Transport transport;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Map<String, Secret> entries;
    private @Nullable AwsAccess access;

    /** @param stored reads the entries of the secret {@link AwsIdentitySource#SECRET_ID}; called before each use */
    public StoredAwsAccess(AwsSettings settings, Supplier<Optional<Map<String, Secret>>> stored) {
        this.settings = settings;
        this.stored = stored;
        transport = new Transport(settings);
    }

    /** @throws AwsException of kind {@code NOT_CONFIGURED} when nothing usable is stored */
    public AwsAccess current() {
        Map<String, Secret> now = stored.get()
                .orElseThrow(() -> new AwsException(
                        AwsException.Kind.NOT_CONFIGURED,
                        "sts:GetCallerIdentity",
                        "",
                        "no AWS access is stored; PUT /api/integrations/aws/iam/accesskeys first"));
        lock.lock();
        try {
            AwsAccess known = access;
            if (known != null && now.equals(entries)) {
                return known;
            }
            AwsAccess fresh = new AwsAccess(settings, AwsIdentitySource.ofEntries(now), transport, false);
            // The one before is not closed: others may be in the middle of a call. It holds nothing but memory.
            access = fresh;
            entries = now;
            return fresh;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (access != null) {
                access.close();
            }
        } finally {
            lock.unlock();
            transport.close();
        }
    }
}
