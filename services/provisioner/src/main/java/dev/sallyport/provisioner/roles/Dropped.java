package dev.sallyport.provisioner.roles;

import java.util.List;

/** What became of the roles that were to be removed. */
public record Dropped(List<Role> roles) {

    /** How it ended for one role. */
    public enum End {
        /** It is gone. */
        DROPPED,
        /** It was not there. */
        ABSENT,
        /** It is still there, and the notes say why. Nobody logs in with it, unless they say that it could not be locked. */
        LEFT
    }

    /**
     * One role.
     *
     * @param notes whom its objects belong to now, and what stood in the way
     */
    public record Role(RoleKind kind, String name, End end, List<String> notes) {}

    /** Whether none is left. */
    public boolean complete() {
        return roles.stream().noneMatch(role -> role.end() == End.LEFT);
    }
}
