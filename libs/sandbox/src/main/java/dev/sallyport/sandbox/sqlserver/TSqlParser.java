package dev.sallyport.sandbox.sqlserver;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Understands a batch: all of it before any of it runs, as the server does. */
final class TSqlParser {

    /** Words that begin a statement: a SET ends before them. */
    private static final Set<String> BEGINNINGS = Set.of(
            "SET", "USE", "SELECT", "IF", "BEGIN", "CREATE", "ALTER", "DROP", "GRANT", "REVOKE", "DENY", "KILL",
            "INSERT", "DELETE", "END");

    /** Settings of a session that change nothing here. */
    private static final Set<String> SETTINGS = Set.of(
            "ANSI_DEFAULTS",
            "ANSI_NULLS",
            "ANSI_NULL_DFLT_ON",
            "ANSI_PADDING",
            "ANSI_WARNINGS",
            "ARITHABORT",
            "CONCAT_NULL_YIELDS_NULL",
            "CURSOR_CLOSE_ON_COMMIT",
            "DATEFIRST",
            "DATEFORMAT",
            "IMPLICIT_TRANSACTIONS",
            "LANGUAGE",
            "LOCK_TIMEOUT",
            "NOCOUNT",
            "NUMERIC_ROUNDABORT",
            "QUOTED_IDENTIFIER",
            "TEXTSIZE",
            "TRANSACTION",
            "XACT_ABORT");

    private final Tokens tokens;
    private final ExpressionParser expressions;
    private final LoginStatements logins;
    private final PrincipalStatements principals;
    private final PermissionStatements permissions;
    private final TableStatements tables;

    private TSqlParser(String sql) {
        this.tokens = new Tokens(sql);
        this.expressions = new ExpressionParser(tokens);
        this.logins = new LoginStatements(tokens);
        this.principals = new PrincipalStatements(tokens);
        this.permissions = new PermissionStatements(tokens);
        this.tables = new TableStatements(tokens);
    }

    /** @throws SqlError for what is no T-SQL, or not known here */
    static List<Statement> parse(String sql) {
        return new TSqlParser(sql).statements();
    }

    private List<Statement> statements(String... end) {
        List<Statement> statements = new ArrayList<>();
        while (true) {
            boolean more = true;
            while (more) {
                more = tokens.accept(";");
            }
            if (end.length == 0 ? tokens.atEnd() : tokens.accept(end)) {
                return statements;
            }
            statements.add(statement());
        }
    }

    private Statement statement() {
        if (tokens.at("SELECT")) {
            return Query.parse(tokens);
        }
        if (tokens.accept("BEGIN", "TRY")) {
            return tryCatch();
        }
        if (tokens.accept("BEGIN")) {
            return sequence(statements("END"));
        }
        if (tokens.accept("IF")) {
            return conditional();
        }
        if (tokens.accept("SET")) {
            return setting();
        }
        if (tokens.accept("USE")) {
            String name = tokens.name();
            return session ->
                    session.use(session.instance().database(name).orElseThrow(() -> SqlError.noDatabase(name)));
        }
        if (tokens.accept("KILL")) {
            return kill(tokens.number());
        }
        return change();
    }

    private Statement change() {
        Statement statement = logins.parse();
        statement = statement == null ? principals.parse() : statement;
        statement = statement == null ? permissions.parse() : statement;
        statement = statement == null ? tables.parse() : statement;
        if (statement == null) {
            throw SqlError.notKnown(tokens.peek().text());
        }
        Statement known = statement;
        return session -> {
            known.run(session);
            session.reply().statementDone(-1);
        };
    }

    private Statement tryCatch() {
        Statement tried = sequence(statements("END", "TRY"));
        tokens.expect("BEGIN", "CATCH");
        Statement caught = sequence(statements("END", "CATCH"));
        return session -> {
            try {
                tried.run(session);
            } catch (SqlError error) {
                if (!error.catchable()) {
                    throw error;
                }
                @Nullable SqlError outer = session.caught();
                session.caught(error);
                try {
                    caught.run(session);
                } finally {
                    session.caught(outer);
                }
            }
        };
    }

    private Statement conditional() {
        Expression.Test test = expressions.condition();
        Statement then = statement();
        tokens.accept(";");
        @Nullable Statement otherwise = tokens.accept("ELSE") ? statement() : null;
        return session -> {
            boolean holds = Boolean.TRUE.equals(test.holds(new Expression.Scope(session, Relation.ONE_ROW, List.of())));
            if (holds) {
                then.run(session);
            } else if (otherwise != null) {
                otherwise.run(session);
            }
        };
    }

    private Statement setting() {
        String name = tokens.word();
        if (!SETTINGS.contains(name)) {
            throw SqlError.of(195, "'" + name + "' is not a recognized SET option.");
        }
        while (tokens.accept(",")) {
            tokens.word();
        }
        while (!tokens.atEnd() && !tokens.at(";") && BEGINNINGS.stream().noneMatch(tokens::at)) {
            tokens.next();
        }
        return session -> {};
    }

    private static Statement kill(int id) {
        return session -> {
            Instance instance = session.instance();
            if (!instance.may(session.login(), "ALTER ANY CONNECTION")
                    && !session.login().roles.contains("processadmin")) {
                throw SqlError.of(6102, 14, 1, "User does not have permission to use the KILL statement.");
            }
            if (id == session.id()) {
                throw SqlError.of(6104, "Cannot use KILL to kill your own process.");
            }
            Session other = instance.sessions.get(id);
            if (other == null) {
                throw SqlError.of(6106, "Process ID " + id + " is not an active process ID.");
            }
            instance.sessions.remove(id);
            other.kill();
        };
    }

    private static Statement sequence(List<Statement> statements) {
        return session -> statements.forEach(each -> each.run(session));
    }
}
