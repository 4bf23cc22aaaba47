package dev.sallyport.cli.apply;

import dev.sallyport.cli.http.Api;
import java.util.Arrays;
import java.util.Optional;

/** What can be written down, in the order in which it is made: each after what it names. */
enum Kind {
    PROXY("Proxy", "/api/proxies/", false),
    DATABASE("Database", "/api/databases/", false),
    WORKFLOW("Workflow", "/api/access/workflows/", true),
    SELECTOR("Selector", "/api/access/selectors/", true),
    POLICY("Policy", "/api/access/policies/", true),
    AVAILABILITY("Availability", "/api/access/availabilities/", true);

    private final String label;
    private final String path;
    private final boolean revised;

    Kind(String label, String path, boolean revised) {
        this.label = label;
        this.path = path;
        this.revised = revised;
    }

    /** As it is written behind {@code kind:}. */
    String label() {
        return label;
    }

    String path(String name) {
        return path + Api.encoded(name);
    }

    String list() {
        return path.substring(0, path.length() - 1);
    }

    /** Whether the API counts its revisions, and refuses a change of another one than was seen. */
    boolean revised() {
        return revised;
    }

    static Optional<Kind> labelled(String label) {
        return Arrays.stream(values()).filter(kind -> kind.label.equals(label)).findFirst();
    }
}
