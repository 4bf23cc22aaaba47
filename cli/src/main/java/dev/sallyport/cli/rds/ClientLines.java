package dev.sallyport.cli.rds;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/**
 * How clients use a local port. The tunnel has proved who they are: a password is there only for clients that want one, and any
 * will do. Names are whatever their owners chose, so they are encoded for URLs and quoted for shells.
 */
record ClientLines(String engine, int port, String user, String database) {

    static final String HOST = "127.0.0.1";
    private static final String ANY_PASSWORD = "password";

    String url() {
        String where = encoded(user) + ":" + ANY_PASSWORD + "@" + HOST + ":" + port + "/" + encoded(database);
        return engine.equals("postgres") ? "postgresql://" + where + "?sslmode=disable" : "mysql://" + where;
    }

    /** The name of the client program. */
    String program() {
        return engine.equals("postgres") ? "psql" : engine.equals("mariadb") ? "mariadb" : "mysql";
    }

    /** For a POSIX shell. */
    String command() {
        return engine.equals("postgres")
                ? "psql \"" + url() + "\""
                : program() + " --host=" + HOST + " --port=" + port + " --user=" + shell(user) + " --password="
                        + ANY_PASSWORD + " " + shell(database);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String shell(String word) {
        return word.matches("[A-Za-z0-9_./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
