package dev.sallyport.sandbox.targets;

import dev.sallyport.kernel.Engine;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.aws.DbInstance;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/**
 * Changes the master user's password in a real database, as RDS does behind its API: as the superuser that customers never
 * see.
 */
public record MasterPassword(Engine engine, String host, int port, String superuser, Secret superuserPassword)
        implements DbInstance.Database {

    @Override
    public void setMasterPassword(String masterUser, String password) {
        boolean postgres = engine == Engine.POSTGRES;
        String literal = "'" + password.replace("\\", postgres ? "\\" : "\\\\").replace("'", "''") + "'";
        String sql = postgres
                ? "ALTER ROLE \"" + masterUser.replace("\"", "\"\"") + "\" PASSWORD " + literal
                : "ALTER USER '" + masterUser.replace("'", "''") + "'@'%' IDENTIFIED BY " + literal;
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            // Not the message: it may quote the statement.
            throw new IllegalStateException(
                    "the master password of " + host + ":" + port + " could not be set: SQLSTATE " + e.getSQLState());
        }
    }

    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", superuser);
        properties.setProperty("password", superuserPassword.reveal());
        if (engine == Engine.POSTGRES) {
            return DriverManager.getConnection("jdbc:postgresql://" + host + ":" + port + "/postgres", properties);
        }
        properties.setProperty("sslMode", "trust");
        return DriverManager.getConnection("jdbc:mariadb://" + host + ":" + port + "/", properties);
    }
}
