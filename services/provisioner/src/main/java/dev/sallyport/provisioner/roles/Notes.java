package dev.sallyport.provisioner.roles;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What was skipped, per role. Filled by several threads. */
final class Notes {

    /** Notes of one role at most; the rest is counted. */
    static final int MAX_NOTES = 20;

    private final Map<RoleKind, List<String>> notes = new EnumMap<>(RoleKind.class);
    private final Map<RoleKind, Integer> left = new EnumMap<>(RoleKind.class);

    synchronized void add(RoleKind role, String note) {
        List<String> list = notes.computeIfAbsent(role, r -> new ArrayList<>());
        if (list.contains(note)) {
            return;
        }
        if (list.size() < MAX_NOTES) {
            list.add(note);
        } else {
            left.merge(role, 1, Integer::sum);
        }
    }

    void addToAll(String note) {
        RoleKind.ALL.forEach(role -> add(role, note));
    }

    synchronized Map<RoleKind, List<String>> perRole() {
        Map<RoleKind, List<String>> copy = new EnumMap<>(RoleKind.class);
        notes.forEach((role, list) -> {
            List<String> all = new ArrayList<>(list);
            if (left.containsKey(role)) {
                all.add("and " + left.get(role) + " more");
            }
            copy.put(role, List.copyOf(all));
        });
        return copy;
    }
}
