package dev.sallyport.provisioner.roles;

import java.util.List;
import java.util.Map;

/**
 * What a run would do.
 *
 * @param statements in the order of execution
 * @param notes per role, what would be skipped and why
 */
public record Planned(List<PlannedStatement> statements, Map<RoleKind, List<String>> notes) {

    static Planned of(Script script, Map<RoleKind, List<String>> notes) {
        return new Planned(script.statements(), notes);
    }

    /** The statements without the routine ones: what is not as it should be. */
    public List<PlannedStatement> drift() {
        return statements.stream().filter(statement -> !statement.routine()).toList();
    }
}
