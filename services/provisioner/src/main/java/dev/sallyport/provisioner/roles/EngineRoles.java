package dev.sallyport.provisioner.roles;

import dev.sallyport.kernel.Secret;
import java.util.List;
import java.util.Map;

/**
 * The roles of one instance, made by its master. One implementation per family of engines. Each statement that changes
 * something goes through the {@link Script}; with a planning script nothing is changed, and roles that do not exist yet are
 * planned as if they had just been made.
 */
interface EngineRoles {

    /**
     * Makes the roles that are missing, with a password that nobody knows, and gives each exactly its privileges in every
     * database that is no system's. What the master cannot change is noted and not tried, so that a second plan is empty.
     *
     * @throws dev.sallyport.provisioner.target.TargetException when nothing could be done at all
     */
    Made make(Script script);

    /**
     * Sets the password of a role that exists, by {@link Script#setPassword}.
     *
     * @throws dev.sallyport.provisioner.target.TargetException when it could not be set
     */
    void setPassword(Script script, RoleKind role, Secret password);

    /**
     * Locks the roles, ends their sessions, gives their objects to somebody who stays and drops them. A role that cannot be
     * removed everywhere is left locked. Safe to repeat.
     *
     * @throws dev.sallyport.provisioner.target.TargetException when nothing could be done at all
     */
    Dropped drop(Script script);

    /**
     * What came of it.
     *
     * @param databases that were gone through, sorted
     * @param notes per role, each object that was skipped and why
     * @param refused per role that may not be handed out, why
     */
    record Made(List<String> databases, Map<RoleKind, List<String>> notes, Map<RoleKind, String> refused) {}
}
