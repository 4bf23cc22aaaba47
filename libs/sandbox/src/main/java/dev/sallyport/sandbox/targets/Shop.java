package dev.sallyport.sandbox.targets;

import dev.sallyport.sandbox.mysql.MySqlFamilyServer;
import dev.sallyport.sandbox.postgres.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Fills a target: the databases {@code shop} (200 customers, 2,000 orders) and {@code billing}, and a master user as RDS
 * gives one, who is no superuser. Done once per server: the database {@code shop} is renamed into place last.
 */
public final class Shop {

    /** The master user; nobody knows its password until it is reset through the RDS API. */
    public static final String MASTER = "app_admin";

    /** Fills a PostgreSQL target. Its master is a role like {@code rds_superuser}: CREATEDB, CREATEROLE, no superuser. */
    public static void fill(PostgresServer server) {
        if (has(server, "SELECT FROM pg_database WHERE datname = 'shop'")) {
            return;
        }
        server.execute(
                "postgres",
                "DROP DATABASE IF EXISTS shop_new",
                "DROP DATABASE IF EXISTS billing",
                "DROP ROLE IF EXISTS " + MASTER,
                "CREATE ROLE " + MASTER + " LOGIN CREATEDB CREATEROLE",
                "GRANT pg_monitor, pg_signal_backend, pg_read_all_settings TO " + MASTER + " WITH ADMIN OPTION",
                "CREATE DATABASE shop_new OWNER " + MASTER,
                "CREATE DATABASE billing OWNER " + MASTER);
        server.execute(
                "shop_new",
                "SET ROLE " + MASTER,
                "CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, email text, joined date NOT NULL)",
                "INSERT INTO customers SELECT n, CASE n WHEN 42 THEN 'O''Brien' ELSE 'Customer ' || n END,"
                        + " 'customer' || n || '@example.com', date '2024-01-01' + n FROM generate_series(1, 200) AS n",
                "CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
                        + " customer_id int NOT NULL REFERENCES customers, amount numeric(10,2) NOT NULL, placed_at timestamptz NOT NULL)",
                "INSERT INTO orders (customer_id, amount, placed_at) SELECT 1 + n % 200, n * 1.25,"
                        + " timestamptz '2025-01-01 00:00Z' + n * interval '1 hour' FROM generate_series(1, 2000) AS n",
                "CREATE SCHEMA \"Odd Schema\"",
                "CREATE TABLE \"Odd Schema\".\"x\"\" TO PUBLIC; --\" (n int)");
        server.execute(
                "billing",
                "SET ROLE " + MASTER,
                "CREATE TABLE invoices (id int PRIMARY KEY, paid boolean NOT NULL)",
                "INSERT INTO invoices SELECT n, n % 3 = 0 FROM generate_series(1, 50) AS n");
        server.execute("postgres", "ALTER DATABASE shop_new RENAME TO shop");
    }

    /** Fills a MySQL or MariaDB target. Its master has what RDS grants: no SUPER, WITH GRANT OPTION. */
    public static void fill(MySqlFamilyServer server) {
        if (has(
                server,
                "SELECT 1 FROM information_schema.tables WHERE table_schema = 'shop' AND table_name = 'ready'")) {
            return;
        }
        server.execute(
                "",
                "DROP DATABASE IF EXISTS shop",
                "DROP DATABASE IF EXISTS billing",
                "DROP USER IF EXISTS '" + MASTER + "'@'%'",
                "CREATE USER '" + MASTER + "'@'%' IDENTIFIED BY '"
                        + dev.sallyport.kernel.Secret.random(32).reveal() + "'",
                "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, RELOAD, PROCESS, REFERENCES, INDEX, ALTER,"
                        + " SHOW DATABASES, CREATE TEMPORARY TABLES, LOCK TABLES, EXECUTE, REPLICATION SLAVE,"
                        + " REPLICATION CLIENT, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, CREATE USER,"
                        + " EVENT, TRIGGER ON *.* TO '" + MASTER + "'@'%' WITH GRANT OPTION",
                "CREATE DATABASE shop",
                "CREATE DATABASE billing",
                "CREATE TABLE shop.customers (id int PRIMARY KEY, name varchar(100) NOT NULL, email varchar(100),"
                        + " joined date NOT NULL)",
                "INSERT INTO shop.customers WITH RECURSIVE seq (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM seq WHERE n < 200)"
                        + " SELECT n, IF(n = 42, 'O''Brien', CONCAT('Customer ', n)), CONCAT('customer', n, '@example.com'),"
                        + " DATE_ADD('2024-01-01', INTERVAL n DAY) FROM seq",
                "CREATE TABLE shop.orders (id bigint AUTO_INCREMENT PRIMARY KEY, customer_id int NOT NULL,"
                        + " amount decimal(10,2) NOT NULL, placed_at datetime(6) NOT NULL,"
                        + " FOREIGN KEY (customer_id) REFERENCES shop.customers (id))",
                "INSERT INTO shop.orders (customer_id, amount, placed_at)"
                        + " SELECT c.id, c.id * 1.25 + d.id, DATE_ADD('2025-01-01', INTERVAL c.id * 10 + d.id HOUR)"
                        + " FROM shop.customers c JOIN shop.customers d ON d.id <= 10",
                "CREATE TABLE billing.invoices (id int PRIMARY KEY, paid boolean NOT NULL)",
                "INSERT INTO billing.invoices SELECT id, id % 3 = 0 FROM shop.customers WHERE id <= 50",
                "CREATE TABLE shop.ready (n int)");
    }

    private static boolean has(PostgresServer server, String query) {
        try (Connection connection = server.connect("postgres");
                ResultSet found = connection.createStatement().executeQuery(query)) {
            return found.next();
        } catch (SQLException e) {
            throw new IllegalStateException("the target cannot be asked: " + e.getMessage(), e);
        }
    }

    private static boolean has(MySqlFamilyServer server, String query) {
        try (Connection connection = server.connect("");
                ResultSet found = connection.createStatement().executeQuery(query)) {
            return found.next();
        } catch (SQLException e) {
            throw new IllegalStateException("the target cannot be asked: " + e.getMessage(), e);
        }
    }

    private Shop() {}
}
