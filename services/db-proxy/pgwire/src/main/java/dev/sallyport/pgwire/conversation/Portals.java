package dev.sallyport.pgwire.conversation;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The portals of a conversation by name. They end with the transaction. A Bind counts from the moment it is sent: unlike a
 * statement, a portal that a failed Bind was to replace cannot be executed any more, since its transaction has failed or ended.
 */
final class Portals {

    private final Map<String, Portal> byName = new HashMap<>();
    private final Retention retention;

    Portals(Retention retention) {
        this.retention = retention;
    }

    /** A Bind was sent. */
    void bind(Portal portal) {
        retention.keep(portal.retainedBytes());
        forget(byName.put(portal.name, portal));
    }

    /** A Close was confirmed: of the portal that was there before it was sent. */
    void close(String name) {
        Portal portal = byName.get(name);
        if (portal != null && portal.bound) {
            drop(portal);
        }
    }

    /** The Bind failed or was skipped. */
    void drop(Portal portal) {
        if (byName.remove(portal.name, portal)) {
            forget(portal);
        }
    }

    /** What an Execute of {@code name} means. */
    Portal resolve(String name) {
        Portal portal = byName.get(name);
        return portal == null ? Portal.unseen(name) : portal;
    }

    /** The transaction has ended: what was bound in it is gone, what is still to be bound is not. */
    void transactionEnded() {
        if (byName.isEmpty()) {
            return;
        }
        for (Iterator<Portal> each = byName.values().iterator(); each.hasNext(); ) {
            Portal portal = each.next();
            if (portal.bound) {
                each.remove();
                forget(portal);
            }
        }
    }

    private void forget(@Nullable Portal portal) {
        if (portal != null) {
            retention.release(portal.retainedBytes());
        }
    }
}
