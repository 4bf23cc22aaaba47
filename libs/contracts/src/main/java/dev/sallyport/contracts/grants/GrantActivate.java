package dev.sallyport.contracts.grants;

import dev.sallyport.kernel.GrantId;
import dev.sallyport.kernel.RequestId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Command: open a grant. The broker's clock begins when the grant goes active.
 *
 * @param transport {@link #DIRECT}, or {@link #SSM} with a permission set in IAM Identity Center
 * @param proxy where the db-proxies are that the grant is reached through; null with {@code direct}
 * @param duration how long it is to last, from 1 minute
 */
public record GrantActivate(
        GrantId grantId,
        RequestId requestId,
        Grantee grantee,
        GrantTarget target,
        String transport,
        @Nullable ProxyPlace proxy,
        Duration duration) {

    /** People connect to the db-proxies themselves. */
    public static final String DIRECT = "direct";

    /** People reach the db-proxies through AWS Systems Manager. */
    public static final String SSM = "ssm";
}
