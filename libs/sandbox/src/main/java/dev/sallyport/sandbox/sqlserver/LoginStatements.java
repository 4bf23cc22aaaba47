package dev.sallyport.sandbox.sqlserver;

import org.jspecify.annotations.Nullable;

/** CREATE, ALTER and DROP LOGIN, and the memberships of server roles. */
final class LoginStatements {

    private static final int MIN_PASSWORD_CHARACTERS = 8;
    private static final int KINDS_OF_CHARACTERS = 3;

    private final Tokens tokens;

    LoginStatements(Tokens tokens) {
        this.tokens = tokens;
    }

    /** Null when the statement is none of these. */
    @Nullable Statement parse() {
        if (tokens.accept("CREATE", "LOGIN")) {
            return create();
        }
        if (tokens.accept("ALTER", "LOGIN")) {
            return alter();
        }
        if (tokens.accept("DROP", "LOGIN")) {
            return drop(tokens.name());
        }
        return tokens.accept("ALTER", "SERVER", "ROLE") ? member() : null;
    }

    /** The options of CREATE and ALTER LOGIN; null is left as it is. */
    private static final class Options {
        @Nullable String password;

        @Nullable String defaultDatabase;

        @Nullable Boolean policy;

        @Nullable Boolean expiration;

        @Nullable Sid sid;
    }

    private Statement create() {
        String name = tokens.name();
        tokens.expect("WITH");
        Options options = options();
        String password = options.password;
        if (password == null) {
            throw tokens.syntaxError();
        }
        return session -> {
            session.requireLoginRights("create", name);
            if (session.instance().login(name).isPresent() || Instance.SERVER_ROLES.contains(Database.key(name))) {
                throw SqlError.of(15025, "The server principal '" + name + "' already exists.");
            }
            checkPolicy(password, !Boolean.FALSE.equals(options.policy));
            Sid sid = options.sid == null ? Sid.next() : options.sid;
            if (options.defaultDatabase != null
                    && session.instance().database(options.defaultDatabase).isEmpty()) {
                throw SqlError.noDatabase(options.defaultDatabase);
            }
            apply(session, session.instance().createLogin(name, sid, password), options);
        };
    }

    private Statement alter() {
        String name = tokens.name();
        if (tokens.at("ENABLE") || tokens.at("DISABLE")) {
            boolean disabled = tokens.word().equals("DISABLE");
            return session -> existing(session, "alter", name).disabled = disabled;
        }
        tokens.expect("WITH");
        Options options = options();
        return session -> {
            Login login = existing(session, "alter", name);
            if (options.password != null) {
                boolean policy = options.policy == null ? login.policyChecked : options.policy;
                checkPolicy(options.password, policy);
            }
            apply(session, login, options);
        };
    }

    private Options options() {
        Options options = new Options();
        do {
            String option = tokens.word();
            tokens.expect("=");
            switch (option) {
                case "PASSWORD" -> options.password = tokens.string();
                case "DEFAULT_DATABASE" -> options.defaultDatabase = tokens.name();
                case "CHECK_POLICY" -> options.policy = on();
                case "CHECK_EXPIRATION" -> options.expiration = on();
                case "SID" -> options.sid = new Sid(tokens.next().text());
                default -> throw SqlError.syntax(option);
            }
        } while (tokens.accept(","));
        return options;
    }

    private boolean on() {
        String word = tokens.word();
        if (!word.equals("ON") && !word.equals("OFF")) {
            throw SqlError.syntax(word);
        }
        return word.equals("ON");
    }

    private static void apply(Session session, Login login, Options options) {
        if (options.password != null) {
            login.password = options.password;
        }
        if (options.policy != null) {
            login.policyChecked = options.policy;
        }
        if (options.expiration != null) {
            login.expirationChecked = options.expiration;
        }
        if (options.defaultDatabase != null) {
            String database = options.defaultDatabase;
            login.defaultDatabase =
                    session.instance().database(database).orElseThrow(() -> SqlError.noDatabase(database)).name;
        }
    }

    /** As Windows has it: eight characters of three kinds. */
    private static void checkPolicy(String password, boolean checked) {
        long kinds = java.util.stream.Stream.of("[A-Z]", "[a-z]", "[0-9]", "[^A-Za-z0-9]")
                .filter(kind ->
                        java.util.regex.Pattern.compile(kind).matcher(password).find())
                .count();
        if (checked && password.length() < MIN_PASSWORD_CHARACTERS) {
            throw SqlError.of(
                    15116,
                    "Password validation failed. The password does not meet the operating system policy requirements"
                            + " because it is too short.");
        }
        if (checked && kinds < KINDS_OF_CHARACTERS) {
            throw SqlError.of(
                    15118,
                    "Password validation failed. The password does not meet the operating system policy requirements"
                            + " because it is not complex enough.");
        }
    }

    private static Statement drop(String name) {
        return session -> {
            Login login = existing(session, "drop", name);
            Instance instance = session.instance();
            for (Database database : instance.databases()) {
                if (database.owner().equals(login.sid)) {
                    throw SqlError.of(
                            15174,
                            "Login '" + name + "' owns one or more database(s). Change the owner of the database(s)"
                                    + " before dropping the login.");
                }
            }
            if (instance.sessions.values().stream().anyMatch(each -> each.login() == login)) {
                throw SqlError.of(15434, "Could not drop login '" + name + "' as the user is currently logged in.");
            }
            instance.dropLogin(login);
        };
    }

    private static Login existing(Session session, String verb, String name) {
        session.requireLoginRights(verb, name);
        return session.instance().login(name).orElseThrow(() -> SqlError.cannot(verb, "login", name));
    }

    private Statement member() {
        String role = Database.key(tokens.name());
        boolean add = tokens.accept("ADD");
        tokens.expect(add ? new String[] {"MEMBER"} : new String[] {"DROP", "MEMBER"});
        String name = tokens.name();
        return session -> {
            Instance instance = session.instance();
            if (!Instance.SERVER_ROLES.contains(role)
                    || !(session.login().roles.contains(role)
                            || session.login().roles.contains("sysadmin"))) {
                throw SqlError.cannot("alter", "server role", role);
            }
            Login login = instance.login(name)
                    .orElseThrow(() -> SqlError.cannot(add ? "add" : "drop", "server principal", name));
            if (add) {
                login.roles.add(role);
            } else {
                login.roles.remove(role);
            }
        };
    }
}
