package dev.sallyport.proxy.grants;

import dev.sallyport.contracts.grants.GrantTarget;
import dev.sallyport.kernel.Engine;

/** Where a database server is. */
public record TargetAddress(Engine engine, String host, int port) {

    public static TargetAddress of(GrantTarget target) {
        return new TargetAddress(target.engine(), target.host(), target.port());
    }
}
