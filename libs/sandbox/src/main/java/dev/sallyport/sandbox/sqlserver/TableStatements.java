package dev.sallyport.sandbox.sqlserver;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Databases, schemas and tables: as much as is needed to show who may do what. */
final class TableStatements {

    private final Tokens tokens;
    private final ExpressionParser expressions;

    TableStatements(Tokens tokens) {
        this.tokens = tokens;
        this.expressions = new ExpressionParser(tokens);
    }

    /** Null when the statement is none of these. */
    @Nullable Statement parse() {
        if (tokens.accept("CREATE", "DATABASE")) {
            return createDatabase(tokens.name());
        }
        if (tokens.accept("ALTER", "DATABASE")) {
            return alterDatabase();
        }
        if (tokens.accept("DROP", "DATABASE")) {
            return dropDatabase(tokens.name());
        }
        if (tokens.accept("CREATE", "SCHEMA")) {
            return createSchema();
        }
        if (tokens.accept("CREATE", "TABLE")) {
            return createTable();
        }
        if (tokens.accept("ALTER", "TABLE")) {
            return alterTable();
        }
        if (tokens.accept("DROP", "TABLE")) {
            return dropTable(path());
        }
        if (tokens.accept("INSERT", "INTO")) {
            return insert();
        }
        return tokens.accept("DELETE", "FROM") ? delete() : null;
    }

    private List<String> path() {
        List<String> path = new ArrayList<>();
        do {
            path.add(tokens.name());
        } while (tokens.accept("."));
        return path.size() == 1 ? List.of("dbo", path.getFirst()) : path;
    }

    private static Statement createDatabase(String name) {
        return session -> {
            Login login = session.login();
            if (!login.roles.contains("dbcreator") && !session.instance().may(login, "CREATE ANY DATABASE")) {
                throw SqlError.of(262, 14, 1, "CREATE DATABASE permission denied in database 'master'.");
            }
            if (session.instance().database(name).isPresent()) {
                throw SqlError.of(1801, "Database '" + name + "' already exists. Choose a different database name.");
            }
            session.instance().createDatabase(name, login.sid);
        };
    }

    private Statement alterDatabase() {
        String name = tokens.name();
        tokens.expect("SET");
        String option = tokens.word();
        if (tokens.accept("WITH")) {
            tokens.word();
            tokens.accept("IMMEDIATE");
        }
        return session -> {
            Database database = owned(session, name, "alter");
            switch (option) {
                case "OFFLINE" -> database.state = Database.State.OFFLINE;
                case "ONLINE" -> database.state = Database.State.ONLINE;
                case "READ_ONLY" -> database.readOnly = true;
                case "READ_WRITE" -> database.readOnly = false;
                case "SINGLE_USER" -> database.singleUser = true;
                case "MULTI_USER" -> database.singleUser = false;
                default -> throw SqlError.notKnown("ALTER DATABASE … SET " + option);
            }
        };
    }

    private static Statement dropDatabase(String name) {
        return session -> session.instance().dropDatabase(owned(session, name, "drop"));
    }

    private static Database owned(Session session, String name, String verb) {
        Database database = session.instance().database(name).orElseThrow(() -> SqlError.noDatabase(name));
        if (!session.login().roles.contains("sysadmin") && !database.owner().equals(session.login().sid)) {
            throw SqlError.of(
                    5011,
                    14,
                    5,
                    "User does not have permission to " + verb + " database '" + name
                            + "', the database does not exist, or the database is not in a state that allows access"
                            + " checks.");
        }
        return database;
    }

    private Statement createSchema() {
        String name = tokens.name();
        @Nullable String owner = tokens.accept("AUTHORIZATION") ? tokens.name() : null;
        return session -> {
            Database database = session.database();
            Principal user = requireDdl(session, "CREATE SCHEMA");
            if (database.schema(name).isPresent()) {
                throw SqlError.of(2714, "There is already an object named '" + name + "' in the database.");
            }
            int ownerId = owner == null ? user.id : PrincipalStatements.principal(session, owner).id;
            database.schemas.put(Database.key(name), new Database.Schema(database.nextId(), name, ownerId));
        };
    }

    private static Principal requireDdl(Session session, String what) {
        Principal user = session.user();
        if (user.id != Database.DBO && !user.isIn("db_owner") && !user.isIn("db_ddladmin")) {
            throw SqlError.of(262, 14, 1, what + " permission denied in database '" + session.database().name + "'.");
        }
        session.requireWritable();
        return user;
    }

    private Statement createTable() {
        List<String> path = path();
        tokens.expect("(");
        List<Reply.Column> columns = new ArrayList<>();
        do {
            columns.add(column());
        } while (tokens.accept(","));
        tokens.expect(")");
        return session -> {
            requireDdl(session, "CREATE TABLE");
            Database database = session.database();
            if (database.schema(path.getFirst()).isEmpty()) {
                throw SqlError.of(
                        2760,
                        "The specified schema name \"" + path.getFirst()
                                + "\" either does not exist or you do not have permission to use it.");
            }
            if (table(session, path).isPresent()) {
                throw SqlError.of(2714, "There is already an object named '" + path.getLast() + "' in the database.");
            }
            database.add(new Table(database.nextId(), path.getFirst(), path.getLast(), columns));
        };
    }

    private Reply.Column column() {
        String name = tokens.name();
        String type = tokens.word();
        if (tokens.accept("(")) {
            tokens.number();
            tokens.expect(")");
        }
        return new Reply.Column(name, type.equals("INT") ? Reply.Type.INT : Reply.Type.TEXT);
    }

    private Statement alterTable() {
        List<String> path = path();
        tokens.expect("ADD");
        Reply.Column column = column();
        return session -> {
            Optional<Table> table = table(session, path).filter(each -> changes(session));
            if (table.isEmpty()) {
                throw SqlError.of(
                        1088,
                        "Cannot find the object \"" + String.join(".", path)
                                + "\" because it does not exist or you do not have permissions.");
            }
            session.requireWritable();
            table.get().columns.add(column);
            table.get().rows.clear();
        };
    }

    private static Statement dropTable(List<String> path) {
        return session -> {
            Optional<Table> table = table(session, path).filter(each -> changes(session));
            if (table.isEmpty()) {
                throw SqlError.of(
                        3701,
                        14,
                        20,
                        "Cannot drop the table '" + String.join(".", path)
                                + "', because it does not exist or you do not have permission.");
            }
            session.requireWritable();
            session.database().remove(table.get());
        };
    }

    private static boolean changes(Session session) {
        Principal user = session.user();
        return user.id == Database.DBO || user.isIn("db_owner") || user.isIn("db_ddladmin");
    }

    private Statement insert() {
        List<String> path = path();
        tokens.expect("VALUES", "(");
        List<Expression> values = new ArrayList<>();
        do {
            values.add(expressions.expression());
        } while (tokens.accept(","));
        tokens.expect(")");
        return session -> {
            Table table = allowed(session, path, "INSERT");
            if (values.size() != table.columns.size()) {
                throw SqlError.of(213, "Column name or number of supplied values does not match table definition.");
            }
            List<@Nullable Object> row = new ArrayList<>();
            Expression.Scope scope = new Expression.Scope(session, Relation.ONE_ROW, List.of());
            values.forEach(each -> row.add(each.value(scope)));
            table.rows.add(row);
        };
    }

    private Statement delete() {
        List<String> path = path();
        Expression.Test where = tokens.accept("WHERE") ? expressions.condition() : scope -> true;
        return session -> {
            Table table = allowed(session, path, "DELETE");
            Relation relation = new Relation(table.columns, table.rows);
            table.rows.removeIf(row -> Boolean.TRUE.equals(where.holds(new Expression.Scope(session, relation, row))));
        };
    }

    private static Table allowed(Session session, List<String> path, String action) {
        Table table = table(session, path).orElseThrow(() -> Catalog.notThere(path));
        if (!session.database().may(session.user(), action, table)) {
            throw Catalog.denied(session, action, table);
        }
        session.requireWritable();
        return table;
    }

    private static Optional<Table> table(Session session, List<String> path) {
        return session.database().table(path.get(path.size() - 2), path.getLast());
    }
}
