package dev.sallyport.provisioner.roles;

import dev.sallyport.kernel.Secret;
import dev.sallyport.provisioner.target.Endpoint;
import dev.sallyport.provisioner.target.Login;
import dev.sallyport.provisioner.target.TargetException;
import dev.sallyport.provisioner.target.Targets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The roles of a MySQL or MariaDB instance: users of any host, with privileges per schema and never on all of them. */
final class MySqlRoles implements EngineRoles {

    /** The server's own, and RDS's. */
    private static final Set<String> SYSTEM_SCHEMAS =
            Set.of("mysql", "information_schema", "performance_schema", "sys", "innodb", "tmp");

    private final Targets targets;
    private final Endpoint endpoint;
    private final Login master;
    private final String prefix;

    MySqlRoles(Targets targets, Endpoint endpoint, Login master, String prefix) {
        this.targets = targets;
        this.endpoint = endpoint;
        this.master = master;
        this.prefix = prefix;
    }

    @Override
    public Made make(Script script) {
        Notes notes = new Notes();
        Map<RoleKind, String> refused = new EnumMap<>(RoleKind.class);
        try (Connection connection = targets.connect(endpoint, master, "")) {
            SqlSession session = new SqlSession(connection, "", script);
            MySqlAccounts accounts = new MySqlAccounts(session, endpoint.engine());
            List<String> schemas = schemas(session);
            for (RoleKind role : RoleKind.ALL) {
                String name = role.name(prefix);
                accounts.bring(role, name, notes);
                new MySqlGrants(session, endpoint.engine(), role, name, notes)
                        .bring(schemas)
                        .ifPresent(reason -> refused.put(role, reason));
            }
            return new Made(schemas, notes.perRole(), refused);
        } catch (SQLException e) {
            throw TargetException.of("the roles cannot be made", e);
        }
    }

    @Override
    public void setPassword(Script script, RoleKind role, Secret password) {
        String name = role.name(prefix);
        try (Connection connection = targets.connect(endpoint, master, "")) {
            new MySqlAccounts(new SqlSession(connection, "", script), endpoint.engine()).setPassword(name, password);
        } catch (SQLException e) {
            throw TargetException.of("the password of " + name + " cannot be set", e);
        }
    }

    @Override
    public Dropped drop(Script script) {
        List<Dropped.Role> ended = new ArrayList<>();
        try (Connection connection = targets.connect(endpoint, master, "")) {
            SqlSession session = new SqlSession(connection, "", script);
            for (RoleKind role : RoleKind.ALL) {
                ended.add(new MySqlRemoval(session, endpoint.engine(), role, role.name(prefix)).remove());
            }
            return new Dropped(List.copyOf(ended));
        } catch (SQLException e) {
            throw TargetException.of("the roles cannot be dropped", e);
        }
    }

    private static List<String> schemas(SqlSession session) throws SQLException {
        return session.rows("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA ORDER BY SCHEMA_NAME").stream()
                .map(List::getFirst)
                .filter(schema -> !SYSTEM_SCHEMAS.contains(schema.toLowerCase(Locale.ROOT)))
                .toList();
    }
}
