package dev.sallyport.provisioner.roles;

/**
 * A statement that would change something.
 *
 * @param database in which it would be executed; empty where the engine has none for it
 * @param sql without passwords: {@code '***'} in their place
 * @param routine every run executes it, whatever it finds: a new password
 */
public record PlannedStatement(String database, String sql, boolean routine) {}
