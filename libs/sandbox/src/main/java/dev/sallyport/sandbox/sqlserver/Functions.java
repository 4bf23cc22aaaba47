package dev.sallyport.sandbox.sqlserver;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The functions that are known, and the global variables. */
final class Functions {

    /** Applies to the session and the arguments. */
    @FunctionalInterface
    interface Body {
        @Nullable Object apply(Session session, List<@Nullable Object> arguments);
    }

    record Function(Reply.Type type, Body body) {}

    private static final Map<String, Function> KNOWN = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    static {
        text("DB_NAME", (session, arguments) -> session.database().name);
        number("DB_ID", (session, arguments) -> session.database().id);
        text("SUSER_SNAME", Functions::loginName);
        text("SUSER_NAME", Functions::loginName);
        text("ORIGINAL_LOGIN", (session, arguments) -> session.login().name);
        text("USER_NAME", Functions::userName);
        text(
                "SCHEMA_NAME",
                (session, arguments) ->
                        schema(session, arguments).map(Database.Schema::name).orElse(null));
        text(
                "OBJECT_NAME",
                (session, arguments) ->
                        table(session, arguments).map(each -> each.name).orElse(null));
        text(
                "OBJECT_SCHEMA_NAME",
                (session, arguments) ->
                        table(session, arguments).map(each -> each.schema).orElse(null));
        text("COL_NAME", Functions::columnName);
        number(
                "ERROR_NUMBER",
                (session, arguments) -> Optional.ofNullable(session.caught())
                        .map(SqlError::number)
                        .orElse(null));
        text(
                "ERROR_MESSAGE",
                (session, arguments) -> Optional.ofNullable(session.caught())
                        .map(SqlError::text)
                        .orElse(null));
        number("HAS_DBACCESS", Functions::hasDatabaseAccess);
        number(
                "IS_SRVROLEMEMBER",
                (session, arguments) -> session.login().roles.contains(Database.key(text(arguments, 0))) ? 1 : 0);
        number("IS_ROLEMEMBER", (session, arguments) -> session.user().isIn(text(arguments, 0)) ? 1 : 0);
        number("@@SPID", (session, arguments) -> session.id());
        number("@@TRANCOUNT", (session, arguments) -> 0);
        text("@@SERVERNAME", (session, arguments) -> "SALLYPORT");
        text("@@VERSION", (session, arguments) -> "Microsoft SQL Server 2022 (a stand-in of Sallyport's)");
    }

    static Function named(String name) {
        Function function = KNOWN.get(name);
        if (function == null) {
            throw SqlError.of(195, "'" + name + "' is not a recognized built-in function name.");
        }
        return function;
    }

    private static void text(String name, Body body) {
        KNOWN.put(name, new Function(Reply.Type.TEXT, body));
    }

    private static void number(String name, Body body) {
        KNOWN.put(name, new Function(Reply.Type.INT, body));
    }

    private static String text(List<@Nullable Object> arguments, int index) {
        return index < arguments.size() ? String.valueOf(arguments.get(index)) : "";
    }

    private static int number(List<@Nullable Object> arguments, int index) {
        return index < arguments.size() && arguments.get(index) instanceof Integer number ? number : -1;
    }

    private static @Nullable Object loginName(Session session, List<@Nullable Object> arguments) {
        if (arguments.isEmpty()) {
            return session.login().name;
        }
        return switch (arguments.getFirst()) {
            case Sid sid -> session.instance().login(sid).map(each -> each.name).orElse(null);
            case Integer id -> session.instance().principalName(id).orElse(null);
            case null, default -> null;
        };
    }

    private static @Nullable Object userName(Session session, List<@Nullable Object> arguments) {
        return arguments.isEmpty()
                ? session.user().name
                : session.database()
                        .principal(number(arguments, 0))
                        .map(each -> each.name)
                        .orElse(null);
    }

    private static @Nullable Object hasDatabaseAccess(Session session, List<@Nullable Object> arguments) {
        Optional<Database> database = session.instance().database(text(arguments, 0));
        if (database.isEmpty()) {
            return null;
        }
        try {
            session.instance().open(database.get(), session);
            return 1;
        } catch (SqlError refused) {
            return 0;
        }
    }

    private static @Nullable Object columnName(Session session, List<@Nullable Object> arguments) {
        int column = number(arguments, 1);
        return table(session, arguments)
                .filter(table -> column > 0 && column <= table.columns.size())
                .map(table -> table.columns.get(column - 1).name())
                .orElse(null);
    }

    private static Optional<Database.Schema> schema(Session session, List<@Nullable Object> arguments) {
        int id = number(arguments, 0);
        return session.database().schemas.values().stream()
                .filter(each -> each.id() == id)
                .findFirst();
    }

    private static Optional<Table> table(Session session, List<@Nullable Object> arguments) {
        int id = number(arguments, 0);
        return session.database().tables.values().stream()
                .filter(each -> each.id == id)
                .findFirst();
    }

    private Functions() {}
}
