package dev.sallyport.api.policies;

import dev.sallyport.api.targets.AccessTarget;
import dev.sallyport.kernel.RdsDatabaseId;
import java.util.Map;

/**
 * One role in one database, as policies and selectors see it.
 *
 * @param engine for instance {@code postgres}; empty when nobody knows any more
 * @param name what people call the database; empty where it has no name
 * @param tags of the instance or of the registration
 */
public record Resource(RdsDatabaseId target, String role, String engine, String name, Map<String, String> tags) {

    public static Resource of(AccessTarget target) {
        return new Resource(target.database(), target.role(), target.engine().label(), target.name(), target.tags());
    }

    /** {@code <role>@<database id>}: its id in Cedar, and unique. */
    public String id() {
        return role + "@" + target;
    }
}
