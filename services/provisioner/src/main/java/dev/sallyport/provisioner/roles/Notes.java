package dev.sallyport.provisioner.roles;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** What was skipped, per role. Filled by several threads, and the same whichever comes first. */
final class Notes {

    /** Notes of one role at most, the first by the alphabet; the rest is counted. */
    static final int MAX_NOTES = 20;

    private final Map<RoleKind, TreeSet<String>> notes = new EnumMap<>(RoleKind.class);
    private final Map<RoleKind, Integer> left = new EnumMap<>(RoleKind.class);

    synchronized void add(RoleKind role, String note) {
        TreeSet<String> some = notes.computeIfAbsent(role, r -> new TreeSet<>());
        if (some.add(note) && some.size() > MAX_NOTES) {
            some.pollLast();
            left.merge(role, 1, Integer::sum);
        }
    }

    void addToAll(String note) {
        RoleKind.ALL.forEach(role -> add(role, note));
    }

    /** Nothing for a role without notes. */
    synchronized Map<RoleKind, List<String>> perRole() {
        Map<RoleKind, List<String>> copy = new EnumMap<>(RoleKind.class);
        notes.forEach((role, some) -> {
            List<String> all = new ArrayList<>(some);
            if (left.containsKey(role)) {
                all.add("and " + left.get(role) + " more");
            }
            copy.put(role, List.copyOf(all));
        });
        return copy;
    }

    List<String> of(RoleKind role) {
        return perRole().getOrDefault(role, List.of());
    }
}
