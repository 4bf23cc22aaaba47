package dev.sallyport.provisioner.roles;

import java.util.List;
import java.util.Map;

/**
 * What a run would do.
 *
 * @param statements in the order of execution, the first {@value #MAX_STATEMENTS}
 * @param omitted how many more there are
 * @param notes per role, what would be skipped and why
 */
public record Planned(List<PlannedStatement> statements, int omitted, Map<RoleKind, List<String>> notes) {

    /** Statements that a plan lists at most. */
    public static final int MAX_STATEMENTS = 10_000;

    static Planned of(Script script, Map<RoleKind, List<String>> notes) {
        List<PlannedStatement> all = script.statements();
        int listed = Math.min(all.size(), MAX_STATEMENTS);
        return new Planned(List.copyOf(all.subList(0, listed)), all.size() - listed, notes);
    }

    /** The statements without the routine ones: what is not as it should be. */
    public List<PlannedStatement> drift() {
        return statements.stream().filter(statement -> !statement.routine()).toList();
    }
}
