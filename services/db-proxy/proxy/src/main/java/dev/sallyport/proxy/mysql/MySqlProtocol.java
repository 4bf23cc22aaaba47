package dev.sallyport.proxy.mysql;

import dev.sallyport.kernel.Engine;
import dev.sallyport.proxy.connection.ClientConnection;
import dev.sallyport.proxy.connection.ConnectionHandler;
import dev.sallyport.proxy.connection.Protocol;
import dev.sallyport.proxy.node.Settings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.Set;

/** The MySQL protocol, for MySQL, Aurora MySQL and MariaDB. */
@ApplicationScoped
public class MySqlProtocol implements Protocol {

    private final ConnectionIds ids = new ConnectionIds();
    private final Dialects dialects;
    private final boolean localFiles;

    @Inject
    MySqlProtocol(Settings settings) {
        this(settings.proxy().mysql().version(), settings.proxy().mysql().localInfile());
    }

    MySqlProtocol(Optional<String> version, boolean localFiles) {
        this.dialects = new Dialects(version);
        this.localFiles = localFiles;
    }

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
        MySqlConnection handler = new MySqlConnection(connection, engines(), ids, dialects, localFiles);
        handler.greet();
        return handler;
    }
}
