package dev.sallyport.notifier.webhook;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** Which endpoints do not let us in, as far as this process has seen, and why. */
@ApplicationScoped
class Held {

    private final Map<String, String> reasons = new ConcurrentSkipListMap<>();

    void begin(String endpoint, String reason) {
        reasons.put(endpoint, reason);
    }

    void end(String endpoint) {
        reasons.remove(endpoint);
    }

    /** By endpoint, for people. */
    Map<String, String> reasons() {
        return Map.copyOf(reasons);
    }
}
