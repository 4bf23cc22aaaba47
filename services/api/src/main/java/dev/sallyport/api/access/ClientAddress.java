package dev.sallyport.api.access;

import dev.sallyport.kernel.Engine;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * How a client reaches a database through a db-proxy: an address and a command for a POSIX shell. Neither holds a password.
 * The name of a database is whatever its owner chose: it is quoted for each reader.
 *
 * @param caFile the authority of the proxy's certificate; the client's own ones without it
 */
record ClientAddress(Engine engine, String host, int port, String user, String database, Optional<String> caFile) {

    String url() {
        String name = URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20");
        return switch (engine) {
            case POSTGRES ->
                "postgresql://" + user + "@" + host + ":" + port + "/" + name + "?sslmode=verify-full" + "&sslrootcert="
                        + URLEncoder.encode(caFile.orElse("system"), StandardCharsets.UTF_8);
            case MYSQL, MARIADB ->
                "mysql://" + user + "@" + host + ":" + port + "/" + name + "?sslMode=VERIFY_IDENTITY";
            case SQLSERVER -> "sqlserver://" + host + ":" + port + ";database=" + name + ";encrypt=true";
        };
    }

    String command() {
        return switch (engine) {
            case POSTGRES ->
                "psql "
                        + shell("host=" + host + " port=" + port + " user=" + user + " dbname=" + conninfo(database)
                                + " sslmode=verify-full sslrootcert=" + conninfo(caFile.orElse("system")));
            case MYSQL, MARIADB ->
                "mysql --host=" + host + " --port=" + port + " --user=" + user
                        + " --ssl-mode=VERIFY_IDENTITY"
                        + caFile.map(file -> " --ssl-ca=" + shell(file)).orElse("") + " --password --database="
                        + shell(database);
            case SQLSERVER -> "sqlcmd -S " + host + "," + port + " -U " + user + " -N -d " + shell(database);
        };
    }

    /** libpq, 34.1.1.1: in single quotes, with a backslash before a quote and a backslash. */
    private static String conninfo(String value) {
        return value.matches("[A-Za-z0-9_./-]+")
                ? value
                : "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    private static String shell(String word) {
        if (word.matches("[A-Za-z0-9_./-]+")) {
            return word;
        }
        return word.matches("[A-Za-z0-9_./= -]+") ? "\"" + word + "\"" : "'" + word.replace("'", "'\\''") + "'";
    }
}
