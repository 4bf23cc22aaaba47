package dev.sallyport.proxy.mysql;

import dev.sallyport.kernel.Engine;
import dev.sallyport.proxy.connection.ClientConnection;
import dev.sallyport.proxy.connection.ConnectionHandler;
import dev.sallyport.proxy.connection.Protocol;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** The MySQL protocol, for MySQL, Aurora MySQL and MariaDB. */
@ApplicationScoped
public class MySqlProtocol implements Protocol {

    private final AtomicInteger connectionIds = new AtomicInteger();

    @Override
    public String name() {
        return "mysql";
    }

    @Override
    public Set<Engine> engines() {
        return Set.of(Engine.MYSQL, Engine.MARIADB);
    }

    @Override
    public ConnectionHandler accept(ClientConnection connection) {
        MySqlConnection handler = new MySqlConnection(connection, engines());
        handler.greet(connectionIds.incrementAndGet());
        return handler;
    }
}
