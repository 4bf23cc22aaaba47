package dev.sallyport.contracts.grants;

import dev.sallyport.kernel.GrantId;
import java.time.Duration;

/**
 * Command: let a live grant last longer: until its end so far plus {@code by}.
 *
 * @param extension counts up from 1; an older one, or the same again, is passed over
 * @param extendedBy the subject of who asked for it
 */
public record GrantExtend(GrantId grantId, int extension, Duration by, String extendedBy) {}
