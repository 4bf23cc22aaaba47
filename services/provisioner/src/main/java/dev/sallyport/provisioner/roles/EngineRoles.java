package dev.sallyport.provisioner.roles;

import dev.sallyport.kernel.Secret;
import java.util.List;
import java.util.Map;

/** The roles of one instance, made by its master. One implementation per family of engines. */
interface EngineRoles {

    /**
     * Makes the roles that are missing, with a password that nobody knows, and gives each exactly its privileges in every
     * database that is no system's.
     *
     * @throws dev.sallyport.provisioner.target.TargetException when nothing could be done at all
     */
    Made make();

    /** Sets the password of a role that exists. */
    void setPassword(RoleKind role, Secret password);

    /**
     * What came of it.
     *
     * @param databases that were gone through, sorted
     * @param notes per role, each object that was skipped and why
     * @param refused per role that may not be handed out, why
     */
    record Made(List<String> databases, Map<RoleKind, List<String>> notes, Map<RoleKind, String> refused) {}
}
